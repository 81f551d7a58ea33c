import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import type { Credential, Integration } from "../api/credentials.ts";
import { queryClient } from "../api/query-client.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import type { Values } from "../forms/rules.ts";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/credentials.ts";
import { texts as usual } from "../texts/texts.ts";
import { SignIn } from "./sign-in.tsx";

/**
 * New credentials of an integration, or another name or content for some that are stored. By the integration's own form;
 * the older ones name only their properties, all of which are secret.
 */
export function CredentialForm({
  integration,
  stored,
  onDone,
}: {
  integration: Integration;
  stored?: Credential;
  onDone: () => void;
}) {
  const [name, setName] = useState(stored?.name ?? "default");
  const [payload, setPayload] = useState<Values>({});
  const save = useMutation({
    mutationFn: () => send(integration.type, { stored, name, payload }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["credentials"] });
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={usual.common.name}
          description={texts.nameHint}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          required
        />
        {integration.supports_device_auth && (
          <div className="sign-in-offer">
            <SignIn integration={integration} name={name} onDone={onDone} />
            <p className="soft">{texts.signIn.or}</p>
          </div>
        )}
        {stored && <p className="soft">{texts.newContent}</p>}
        <Content
          integration={integration}
          payload={payload}
          onChange={(field, value) => setPayload((before) => ({ ...before, [field]: value }))}
        />
        {save.error && <Notice tone="bad" title={save.error.message} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {stored ? texts.saveChange : texts.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface Change {
  stored: Credential | undefined;
  name: string;
  payload: Values;
}

/** Content that nobody filled in is not sent: what is stored stays. */
function send(integration: string, { stored, name, payload }: Change): Promise<unknown> {
  if (!stored) return request("/v1/credentials", { body: { integration, name, payload } });
  const body = { name, ...(Object.keys(payload).length > 0 && { payload }) };
  return request(`/v1/credentials/${stored.id}`, { method: "PATCH", body });
}

function Content({
  integration,
  payload,
  onChange,
}: {
  integration: Integration;
  payload: Values;
  onChange: (field: string, value: unknown) => void;
}) {
  const fields = integration.config ?? {};
  if (Object.keys(fields).length > 0)
    return <ConfigForm fields={fields} values={payload} onChange={onChange} />;
  return (
    <>
      {propertiesOf(integration).map((property) => (
        <PasswordInput
          key={property}
          label={property}
          autoComplete="off"
          onChange={({ currentTarget }) => onChange(property, currentTarget.value)}
        />
      ))}
    </>
  );
}

/** `properties` is a JSON schema in the newer releases, and a plain object in the older ones. */
function propertiesOf({ properties }: Integration): string[] {
  const schema = (properties ?? {}) as { properties?: Record<string, unknown> };
  return Object.keys(schema.properties ?? schema);
}
