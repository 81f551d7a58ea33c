import { Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Integration, integrationsQuery } from "../api/credentials.ts";
import { Asked } from "../parts/asked.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { texts } from "../texts/credentials.ts";
import { CredentialForm } from "./credential-form.tsx";

/** Stores credentials for one of the integrations that installed plugins bring: the given one is chosen at first. */
export function AddCredentials({ integration, onClose }: { integration?: string; onClose: () => void }) {
  const query = useQuery(integrationsQuery);
  return (
    <Dialog onClose={onClose} title={texts.add}>
      <Asked query={query} rows={2}>
        {(integrations) => <Choice integrations={integrations} first={integration} onDone={onClose} />}
      </Asked>
    </Dialog>
  );
}

function Choice({
  integrations,
  first,
  onDone,
}: {
  integrations: Integration[];
  first: string | undefined;
  onDone: () => void;
}) {
  const [type, setType] = useState<string | null>(first ?? null);
  const chosen = integrations.find((one) => one.type === type) ?? integrations[0];
  if (!chosen) return <Text size="sm">{texts.noIntegrations}</Text>;
  return (
    <Stack>
      <Select
        label={texts.integration}
        description={texts.broughtBy(chosen.plugin_name)}
        data={integrations.map((one) => ({ value: one.type, label: one.display_name ?? one.type }))}
        value={chosen.type}
        onChange={setType}
        allowDeselect={false}
      />
      <CredentialForm key={chosen.type} integration={chosen} onDone={onDone} />
    </Stack>
  );
}
