/** One node of a workflow as a picture needs it, whichever form the definition has. */
export interface GraphNode {
  id: string;
  name: string;
  type: string;
}

export interface GraphEdge {
  id: string;
  from: string;
  to: string;
  /** What flows, by its connectors. */
  label: string | undefined;
  /** What has become of it, where a picture shows that. */
  state?: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

type Loose = Record<string, unknown>;

/** Reads either form of definition; what is no node or leads nowhere is left out. */
export function graphOf(definition: Loose): Graph {
  const nodes = listOf(definition.nodes).flatMap(toNode);
  const ids = new Set(nodes.map(({ id }) => id));
  const read = definition.flow_version === "v2" ? v2Edge : v1Edge;
  const edges = listOf(definition.edges)
    .map((edge, index) => read(edge, index))
    .filter(({ from, to }) => ids.has(from) && ids.has(to));
  return { nodes, edges };
}

function toNode(node: Loose): GraphNode[] {
  if (typeof node.id !== "string") return [];
  const type = text(node.type) ?? "";
  return [{ id: node.id, name: text(node.name) ?? type, type }];
}

function v1Edge(edge: Loose, index: number): GraphEdge {
  const from = (edge.from_id ?? {}) as Loose;
  const to = (edge.to_id ?? {}) as Loose;
  const names = [text(from.connector_name), text(to.key) ?? text(to.connector_name)].filter(Boolean);
  return {
    id: `${index}`,
    from: text(from.node_id) ?? "",
    to: text(to.node_id) ?? "",
    label: names.join(" → ") || undefined,
  };
}

function v2Edge(edge: Loose, index: number): GraphEdge {
  const label = text(edge.source_handle);
  return { id: `${index}`, from: text(edge.source) ?? "", to: text(edge.target) ?? "", label };
}

/** An input that a run's form asks for. */
export interface RunInput {
  /** The key in a run's `input`. */
  key: string;
  label: string;
  type: string;
}

/** The inputs of a workflow, by its input nodes; those with a fixed value are not asked for. */
export function inputsOf(definition: Loose): RunInput[] {
  return listOf(definition.nodes).flatMap((node) => {
    if (node.type !== "InputNode" && node.type !== "InputNodeV2") return [];
    const config = (node.node_config ?? {}) as Loose;
    if (config.fixed_value === true || typeof node.id !== "string") return [];
    const label = text(config.label) ?? text(node.name) ?? node.id;
    return [{ key: node.id, label, type: text(config.type) ?? "str" }];
  });
}

function listOf(value: unknown): Loose[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "object" && entry !== null) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
