import { Button, Title } from "@mantine/core";
import type { IntegrationDefinition, Manifest } from "@noxus/contracts";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { credentialsQuery } from "../api/credentials.ts";
import { pluginQuery } from "../api/queries.ts";
import { CredentialTest } from "../credentials/credential-test.tsx";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";

const route = getRouteApi("/shell/plugins/$id");
const words = pluginPageTexts.integrations;
// A dialog with the forms of all fields: only for who adds some.
const AddCredentials = lazy(async () => ({
  default: (await import("../credentials/add-credentials.tsx")).AddCredentials,
}));

/** The services that a plugin reaches for its nodes, and what this workspace has stored for them. */
export function Integrations() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  const manifest = plugin?.report?.manifest;
  const integrations = manifest?.integrations ?? [];
  if (!plugin) return null;
  if (!manifest || integrations.length === 0) return <Empty title={words.none} text={words.noneText} />;
  return (
    <div className="columns">
      {integrations.map((integration) => (
        <Integration key={integration.type} integration={integration} manifest={manifest} />
      ))}
    </div>
  );
}

function Integration({ integration, manifest }: { integration: IntegrationDefinition; manifest: Manifest }) {
  const { type, display_name, supports_device_auth } = integration;
  const name = display_name ?? type;
  const [adding, setAdding] = useState(false);
  return (
    <section className="panel" aria-label={name}>
      <Title order={2}>
        {name} <span className="mono soft">{type}</span>
      </Title>
      {typeof integration.description === "string" && integration.description !== "" && (
        <Markdown text={integration.description} />
      )}
      <dl className="facts">
        <Fact name={words.neededBy} all={nodesThatNeed(type, manifest)} />
        <Fact name={words.asks} all={fieldsOf(integration)} />
        <Fact name={words.scopes} all={integration.scopes ?? []} />
      </dl>
      {supports_device_auth && <p className="soft">{words.signIn}</p>}
      <Title order={3} mt="md" mb={4}>
        {words.credentials}
      </Title>
      <Stored type={type} />
      <Button
        mt="sm"
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => setAdding(true)}
      >
        {words.add}
      </Button>
      <Suspense>{adding && <AddCredentials integration={type} onClose={() => setAdding(false)} />}</Suspense>
    </section>
  );
}

function Fact({ name, all }: { name: string; all: readonly string[] }) {
  if (all.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{all.join(", ")}</dd>
    </>
  );
}

function Stored({ type }: { type: string }) {
  const query = useQuery(credentialsQuery);
  return (
    <Asked query={query} rows={1}>
      {({ items }) => {
        const mine = items.filter(({ integration }) => integration === type);
        if (mine.length === 0) return <p className="soft">{words.noCredentials}</p>;
        return (
          <ul className="plain">
            {mine.map((one) => (
              <CredentialTest key={`${one.id} ${one.updated_at}`} credential={one} />
            ))}
          </ul>
        );
      }}
    </Asked>
  );
}

function nodesThatNeed(type: string, { nodes, nodes_v2 }: Manifest): string[] {
  return [...nodes, ...(nodes_v2 ?? [])]
    .filter(({ integrations }) => (integrations ?? []).flat().includes(type))
    .map((node) => node.title ?? node.type);
}

function fieldsOf({ config, properties }: IntegrationDefinition): string[] {
  const fields = Object.entries(config ?? {}).map(([name, { display }]) => display?.label ?? name);
  const schema = (properties ?? {}) as { properties?: Record<string, unknown> };
  return fields.length > 0 ? fields : Object.keys(schema.properties ?? schema);
}
