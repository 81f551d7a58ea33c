import { Group, Title } from "@mantine/core";
import type { NodeDefinition } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { pluginQuery } from "../api/queries.ts";
import { workflowsQuery } from "../api/workflows.ts";
import { NodeIcon } from "../nodes/node-icon.tsx";
import { TryButton } from "../nodes/try-button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";
import { ConnectorTable, FieldTable } from "./node-tables.tsx";
import { usersOf } from "./users-of.ts";

const route = getRouteApi("/shell/plugins/$id");
const words = pluginPageTexts.nodes;

/** The nodes that a plugin brings: what each is for, what goes in and comes out, what is set, and who uses it. */
export function PluginNodes() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  const manifest = plugin?.report?.manifest;
  const nodes = [...(manifest?.nodes ?? []), ...(manifest?.nodes_v2 ?? [])];
  if (!plugin) return null;
  if (nodes.length === 0) return <Empty title={texts.plugins.noNodes} text={texts.plugins.noNodesText} />;
  return (
    <div className="stacked">
      {nodes.length > 3 && <Contents nodes={nodes} />}
      {nodes.map((node) => (
        <NodeCard key={node.type} node={node} />
      ))}
    </div>
  );
}

function Contents({ nodes }: { nodes: NodeDefinition[] }) {
  return (
    <nav aria-label={texts.plugins.tabs.nodes}>
      <Group component="ul" gap="4px 16px" className="plain">
        {nodes.map((node) => (
          <li key={node.type}>
            <Link to="." hash={node.type}>
              {titleOf(node)}
            </Link>
          </li>
        ))}
      </Group>
    </nav>
  );
}

function NodeCard({ node }: { node: NodeDefinition }) {
  const about = node.description ?? node.small_description;
  const needs = (node.integrations ?? []).map((one) => [one].flat().join(words.or));
  return (
    <section className="panel" id={node.type} aria-label={titleOf(node)}>
      <Group justify="space-between" align="start" wrap="nowrap" mb="xs">
        <Title order={2} className="panel-title">
          <NodeIcon type={node.type} /> {titleOf(node)} <span className="mono soft">{node.type}</span>
        </Title>
        <span className="node-try">
          <TryButton type={node.type} size="xs" />
        </span>
      </Group>
      {about && <Markdown text={about} />}
      {needs.length > 0 && (
        <p className="soft panel-text">
          {words.needs} {needs.join(", ")}
        </p>
      )}
      <div className="columns node-tables">
        <ConnectorTable title={texts.plugins.inputs} connectors={node.inputs} />
        <ConnectorTable title={texts.plugins.outputs} connectors={node.outputs} isOutput />
      </div>
      <FieldTable fields={node.config} />
      <UsedIn type={node.type} />
    </section>
  );
}

function titleOf({ title, type }: NodeDefinition): string {
  return title ?? type;
}

function UsedIn({ type }: { type: string }) {
  const { data } = useQuery(workflowsQuery);
  const users = usersOf([type], data?.items ?? []);
  return (
    <p className="used-in">
      <span className="soft">{data && users.length === 0 ? words.unused : words.usedIn}</span>{" "}
      {users.map(({ id, name }) => (
        <Link key={id} to="/workflows/$id" params={{ id }}>
          {name}
        </Link>
      ))}
    </p>
  );
}
