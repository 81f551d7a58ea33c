import { Title } from "@mantine/core";
import type { Connector, NodeDefinition } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { pluginQuery } from "../api/queries.ts";
import { TryButton } from "../nodes/try-button.tsx";
import { Empty } from "../parts/empty.tsx";
import { texts } from "../texts/texts.ts";

const route = getRouteApi("/shell/plugins/$id");
const words = texts.plugins;

/** The nodes that a plugin brings, with what goes in and comes out. */
export function PluginNodes() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  const manifest = plugin?.report?.manifest;
  const nodes = [...(manifest?.nodes ?? []), ...(manifest?.nodes_v2 ?? [])];
  if (!plugin) return null;
  if (nodes.length === 0) return <Empty title={words.noNodes} text={words.noNodesText} />;
  return (
    <div className="columns">
      {nodes.map((node) => (
        <NodeCard key={node.type} node={node} />
      ))}
    </div>
  );
}

function NodeCard({ node }: { node: NodeDefinition }) {
  return (
    <section className="panel">
      <Title order={2}>
        {node.title ?? node.type} <span className="mono soft">{node.type}</span>
      </Title>
      <p>{node.description ?? node.small_description}</p>
      <dl className="facts">
        <dt>{words.inputs}</dt>
        <dd>
          <Connectors connectors={node.inputs} />
        </dd>
        <dt>{words.outputs}</dt>
        <dd>
          <Connectors connectors={node.outputs} />
        </dd>
      </dl>
      <TryButton type={node.type} size="xs" mt="sm" />
    </section>
  );
}

function Connectors({ connectors }: { connectors: Connector[] }) {
  if (connectors.length === 0) return <span className="soft">{texts.common.never}</span>;
  return (
    <>
      {connectors.map(({ name, label, definition, optional }) => (
        <div key={name}>
          {label ?? name}{" "}
          <span className="mono soft">
            {definition?.data_type}
            {definition?.is_list ? "[]" : ""}
          </span>{" "}
          {optional && <span className="soft">{words.optional}</span>}
        </div>
      ))}
    </>
  );
}
