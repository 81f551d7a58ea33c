import { type Connector, ON_ERROR } from "./connectors.ts";
import { type DefinitionNode, type NodeTypes, type Port, typeOfNode, type Wire } from "./definition.ts";

/** One row of a node's card: something that a line can start or end at. */
export interface PortRow {
  port: Port;
  label: string;
  type: string | undefined;
  /** Takes several values: a line that ends here adds one. */
  adds?: boolean;
}

/** The rows of a node's card, with those for values that were added and for lines to connectors that are not known. */
export function rowsOf(
  node: DefinitionNode,
  side: "inputs" | "outputs",
  types: NodeTypes,
  wires: readonly Wire[],
): PortRow[] {
  const connectors = typeOfNode(node, types)?.[side] ?? [];
  const end = side === "inputs" ? "to" : "from";
  const wired = wires
    .map((wire) => wire[end])
    .filter((port) => port.node === node.id && port.connector !== "");
  const known = connectors.flatMap((connector) => rowsOfConnector(node, connector, wired));
  const names = new Set(connectors.map(({ name }) => name));
  const strangers = [...new Set(wired.map(({ connector }) => connector))].filter((name) => !names.has(name));
  return [
    ...known,
    ...strangers.map(
      (name): PortRow => ({
        port: { node: node.id, connector: name },
        label: labelOf(name),
        type: undefined,
      }),
    ),
  ];
}

function rowsOfConnector(node: DefinitionNode, connector: Connector, wired: readonly Port[]): PortRow[] {
  const label = connector.label ?? connector.name;
  const type = typeOf(connector);
  if (!takesSeveral(connector)) return [{ port: { node: node.id, connector: connector.name }, label, type }];
  const keys = keysOf(node, connector, wired);
  return [
    ...keys.map(
      (key): PortRow => ({ port: { node: node.id, connector: connector.name, key }, label: key, type }),
    ),
    { port: { node: node.id, connector: connector.name, key: freeKey(keys) }, label, type, adds: true },
  ];
}

function takesSeveral({ type }: Connector): boolean {
  return type === "variable_connector" || type === "variable_type_size_connector";
}

function keysOf(node: DefinitionNode, { name }: Connector, wired: readonly Port[]): string[] {
  const written = (node.node_config?.__var_keys as Record<string, string[]> | undefined)?.[name] ?? [];
  const own = wired.flatMap(({ connector, key }) => (connector === name && key !== undefined ? [key] : []));
  return [...new Set([...written, ...own])];
}

/** As the templates of the built-in text node name theirs. */
function freeKey(keys: readonly string[]): string {
  let count = keys.length + 1;
  while (keys.includes(`Input ${count}`)) count += 1;
  return `Input ${count}`;
}

function typeOf({ definition }: Connector): string | undefined {
  if (!definition?.data_type) return undefined;
  return definition.is_list ? `${definition.data_type}[]` : definition.data_type;
}

function labelOf(name: string): string {
  return name === ON_ERROR ? "on error" : name;
}

/** A port as the id of its handle, and back; without characters that mean something in a selector. */
export function handleOf({ connector, key }: Pick<Port, "connector" | "key">): string {
  const words = key === undefined ? [connector] : [connector, key];
  return `.${words.map(encodeURIComponent).join("|")}`;
}

export function portOfHandle(node: string, handle: string | null | undefined): Port {
  const [connector = "", key] = (handle ?? "").slice(1).split("|").map(decodeURIComponent);
  return { node, connector, ...(key !== undefined && { key }) };
}
