import { Button, Group, Modal, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import type { IntegrationDefinition, Plugin } from "@noxus/contracts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import { pluginsQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import type { Values } from "../forms/rules.ts";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/texts.ts";

const words = texts.credentials;

/** Stores credentials for one of the integrations that installed plugins bring: the given one is chosen at first. */
export function AddCredentials({ integration, onClose }: { integration?: string; onClose: () => void }) {
  const plugins = useQuery(pluginsQuery);
  const integrations = integrationsOf(plugins.data?.items ?? []);
  const [type, setType] = useState<string | null>(integration ?? null);
  const chosen = integrations.find((one) => one.type === type) ?? integrations[0];
  return (
    <Modal opened onClose={onClose} title={words.add} closeButtonProps={{ "aria-label": texts.common.close }}>
      {chosen ? (
        <Stack>
          <Select
            label={words.integration}
            data={integrations.map((one) => ({ value: one.type, label: one.display_name ?? one.type }))}
            value={chosen.type}
            onChange={setType}
            allowDeselect={false}
          />
          <CredentialForm key={chosen.type} integration={chosen} onDone={onClose} />
        </Stack>
      ) : (
        <Text size="sm">{words.noIntegrations}</Text>
      )}
    </Modal>
  );
}

function integrationsOf(plugins: Plugin[]): IntegrationDefinition[] {
  const all = plugins.flatMap(({ report }) => report?.manifest?.integrations ?? []);
  return [...new Map(all.map((one) => [one.type, one])).values()];
}

/** By the integration's own form; the older ones name only their properties, all of which are secret. */
function CredentialForm({ integration, onDone }: { integration: IntegrationDefinition; onDone: () => void }) {
  const fields = integration.config ?? {};
  const properties = Object.keys(fields).length > 0 ? [] : propertiesOf(integration);
  const [name, setName] = useState("default");
  const [payload, setPayload] = useState<Values>({});
  const set = (field: string, value: unknown) => setPayload((before) => ({ ...before, [field]: value }));
  const save = useMutation({
    mutationFn: () => request("/v1/credentials", { body: { integration: integration.type, name, payload } }),
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
          label={texts.common.name}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          required
        />
        <ConfigForm fields={fields} values={payload} onChange={set} />
        {properties.map((property) => (
          <PasswordInput
            key={property}
            label={property}
            autoComplete="off"
            onChange={({ currentTarget }) => set(property, currentTarget.value)}
          />
        ))}
        {save.error && <Notice tone="bad" title={save.error.message} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {words.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** `properties` is a JSON schema in the newer releases, and a plain object in the older ones. */
function propertiesOf({ properties }: IntegrationDefinition): string[] {
  const schema = (properties ?? {}) as { properties?: Record<string, unknown> };
  return Object.keys(schema.properties ?? schema);
}
