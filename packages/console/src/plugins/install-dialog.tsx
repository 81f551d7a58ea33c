import { Button, Group, PasswordInput, SegmentedControl, Stack, TextInput } from "@mantine/core";
import type { Plugin, Source } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { marketplaceTexts } from "../texts/marketplace.ts";
import { texts } from "../texts/texts.ts";
import { Marketplace } from "./marketplace.tsx";
import { SourcePreview } from "./source-preview.tsx";
import { Upload } from "./upload.tsx";
import { usePreview } from "./use-preview.ts";

const words = texts.plugins.newOne;
type Kind = Source["type"];

interface TextField {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
  secret?: boolean;
  placeholder?: string;
}

/** What is asked of each kind of source, named as the platform names it. */
const fieldsOf: Record<Exclude<Kind, "upload">, TextField[]> = {
  git: [
    {
      name: "repo_url",
      label: words.url,
      required: true,
      placeholder: "https://git.example/team/plugins.git",
    },
    { name: "path", label: words.path, placeholder: "plugins/text-tools" },
    { name: "branch", label: words.branch, placeholder: "main" },
    { name: "commit", label: words.commit, hint: words.commitHint },
    { name: "token", label: words.token, hint: words.tokenHint, secret: true },
  ],
  marketplace: [
    { name: "name", label: words.pluginName, required: true },
    { name: "version", label: words.version, hint: words.versionHint },
  ],
  remote: [
    {
      name: "endpoint",
      label: words.endpoint,
      hint: words.endpointHint,
      required: true,
      placeholder: "https://plugins.example/translate",
    },
    { name: "key", label: words.key, hint: words.keyHint, secret: true },
  ],
  local: [{ name: "path", label: words.folder, required: true, placeholder: "/home/me/my-plugin" }],
};

/** Installs a plugin from one of the kinds of source; then its page shows how it goes on. */
export default function InstallDialog({
  kind,
  onKind,
  onClose,
}: {
  kind: string;
  onKind: (kind: string) => void;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const chosen = kind === "upload" || kind in fieldsOf ? (kind as Kind) : "git";
  // Its name may change as soon as its manifest is known.
  const done = async ({ id }: Plugin) => {
    await queryClient.invalidateQueries({ queryKey: ["plugins"] });
    await navigate({ to: "/plugins/$id", params: { id } });
  };
  return (
    <Dialog onClose={onClose} title={words.title} size="lg">
      <Stack>
        <SegmentedControl
          fullWidth
          className="scroll-x"
          value={chosen}
          onChange={onKind}
          aria-label={words.source}
          data={[
            { value: "git", label: words.git },
            { value: "upload", label: words.upload },
            { value: "marketplace", label: words.marketplace },
            { value: "local", label: words.local },
            { value: "remote", label: words.remote },
          ]}
        />
        {chosen === "upload" ? (
          <Upload onDone={done} />
        ) : (
          <SourceForm key={chosen} kind={chosen} onDone={done} />
        )}
      </Stack>
    </Dialog>
  );
}

type OnDone = (plugin: Plugin) => Promise<void>;

function SourceForm({ kind, onDone }: { kind: Exclude<Kind, "upload">; onDone: OnDone }) {
  const installation = useMutation({
    mutationFn: (source: Record<string, string>) => request<Plugin>("/v1/plugins", { body: { source } }),
    onSuccess: onDone,
  });
  const preview = usePreview();
  const form = useRef<HTMLFormElement>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    installation.mutate(sourceOf(kind, event.currentTarget));
  };
  const look = () => {
    if (form.current?.reportValidity()) preview.mutate(sourceOf(kind, form.current));
  };
  return (
    <>
      {kind === "marketplace" && (
        <>
          <Marketplace install={installation.mutate} busy={installation.isPending} />
          <strong>{marketplaceTexts.byName}</strong>
        </>
      )}
      <form ref={form} onSubmit={submit} onChange={() => preview.reset()}>
        <Stack>
          {fieldsOf[kind].map(({ name, label, hint, required, secret, placeholder }) => {
            const Input = secret ? PasswordInput : TextInput;
            return (
              <Input
                key={name}
                name={name}
                label={label}
                description={hint}
                required={required}
                placeholder={placeholder}
                autoComplete="off"
              />
            );
          })}
          {preview.data && <SourcePreview preview={preview.data} />}
          <Problem error={installation.error ?? preview.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" loading={preview.isPending} onClick={look}>
              {marketplaceTexts.look}
            </Button>
            <Button type="submit" loading={installation.isPending}>
              {words.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}

/** What is typed into the form, without what was left empty. */
function sourceOf(kind: Kind, form: HTMLFormElement): Record<string, string> {
  const given = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()]);
  return { type: kind, ...Object.fromEntries(given.filter(([, value]) => value !== "")) };
}

function Problem({ error }: { error: Error | null }) {
  return error ? <Notice tone="bad" title={error.message} /> : null;
}
