import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { request } from "../api/client.ts";
import type { Workspace } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { TypedNumber } from "../forms/typed-number.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/settings.ts";

const words = texts.workspaces;

type Draft = Pick<Workspace, "name" | "description" | "max_concurrent_runs">;
const nothing: Draft = { name: "", description: null, max_concurrent_runs: null };

/** Makes a workspace, or changes one: its name and description, and how many of its runs are executed at once. */
export default function WorkspaceDialog({
  workspace,
  onClose,
}: {
  workspace?: Workspace;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState<Draft>(workspace ?? nothing);
  /** A second try changes what the first one made. */
  const made = useRef(workspace);
  const save = useMutation({
    mutationFn: async () => {
      made.current ??= await makeWorkspace(draft);
      await changeWorkspace(made.current, draft);
    },
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["workspaces"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <Dialog onClose={onClose} title={workspace ? words.dialog.change : words.dialog.make}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={words.name}
            required
            maxLength={200}
            value={draft.name}
            onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          />
          <TextInput
            label={words.description}
            value={draft.description ?? ""}
            onChange={({ currentTarget }) => change({ description: currentTarget.value || null })}
          />
          <TypedNumber
            isOptional
            label={words.runs}
            description={words.runsHint}
            min={1}
            allowDecimal={false}
            value={draft.max_concurrent_runs}
            onChange={(max_concurrent_runs) => change({ max_concurrent_runs })}
          />
          {save.error && <Notice tone="bad" title={save.error.message} />}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={draft.name.trim() === ""}>
              {workspace ? words.save : words.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function makeWorkspace({ name, description }: Draft): Promise<Workspace> {
  return request<Workspace>("/v1/admin/groups", { body: { name, description } });
}

/** The limit of a new one, too, is a change of it. */
function changeWorkspace({ id }: Workspace, { name, description, max_concurrent_runs }: Draft) {
  return request(`/v1/admin/groups/${id}`, {
    method: "PATCH",
    body: { name, description, max_concurrent_runs },
  });
}
