import { connect, disconnect } from "./connect.ts";
import {
  changeNode,
  type Definition,
  type DefinitionNode,
  isV2,
  type NodeTypes,
  type Position,
} from "./definition.ts";
import { wiresOf } from "./wires.ts";

/** A new node of a type, with the defaults of its configuration, at a place. */
export function addNode(
  definition: Definition,
  type: string,
  position: Position,
  types: NodeTypes,
): { definition: Definition; id: string } {
  const id = freeId(definition, type);
  const fields = Object.entries(types.get(type)?.config ?? {});
  const defaults = fields.flatMap(([name, field]) =>
    field.default === undefined || field.default === null ? [] : [[name, field.default] as const],
  );
  const label = fields.some(([name]) => name === "label") ? { label: id } : {};
  const node: DefinitionNode = {
    id,
    type,
    name: freeName(definition, types.get(type)?.title ?? type),
    node_config: { ...Object.fromEntries(defaults), ...label },
    display: { position: onGrid(position) },
  };
  return { definition: { ...definition, nodes: [...definition.nodes, node] }, id };
}

/** A short id that reads well in references: `compose_text`, `compose_text_2`, … */
function freeId({ nodes }: Definition, type: string): string {
  const stem = type
    .replace(/Node(V2)?$/, "")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9_]+/g, "_")
    .toLowerCase();
  return free(stem || "node", new Set(nodes.map(({ id }) => id)), "_");
}

function freeName({ nodes }: Definition, title: string): string {
  return free(title, new Set(nodes.map(({ name }) => name ?? "")), " ");
}

function free(stem: string, taken: ReadonlySet<string>, between: string): string {
  if (!taken.has(stem)) return stem;
  let count = 2;
  while (taken.has(`${stem}${between}${count}`)) count += 1;
  return `${stem}${between}${count}`;
}

const grid = 8;

export function onGrid({ x, y }: Position): Position {
  return { x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid };
}

/** Without these nodes, and without every line to and from them. */
export function removeNodes(definition: Definition, ids: ReadonlySet<string>, types: NodeTypes): Definition {
  const wires = wiresOf(definition, types).filter(({ from, to }) => ids.has(from.node) || ids.has(to.node));
  const rest = disconnect(definition, wires, types);
  const ends = (edge: Definition["edges"][number]) => [
    edge.source ?? edge.from_id?.node_id ?? "",
    edge.target ?? edge.to_id?.node_id ?? "",
  ];
  return {
    ...rest,
    nodes: rest.nodes.filter(({ id }) => !ids.has(id)),
    edges: rest.edges.filter((edge) => !ends(edge).some((end) => ids.has(end))),
  };
}

export function moveNodes(definition: Definition, places: ReadonlyMap<string, Position>): Definition {
  return {
    ...definition,
    nodes: definition.nodes.map((node) => {
      const position = places.get(node.id);
      return position ? { ...node, display: { ...node.display, position } } : node;
    }),
  };
}

/** What is on the clipboard: some nodes and the lines among them. */
interface Copied {
  noxus: "nodes";
  form: "v1" | "v2";
  nodes: DefinitionNode[];
  wires: ReturnType<typeof wiresOf>;
}

export function copyNodes(definition: Definition, ids: ReadonlySet<string>, types: NodeTypes): string {
  const nodes = definition.nodes.filter(({ id }) => ids.has(id));
  const wires = wiresOf(definition, types).filter(({ from, to }) => ids.has(from.node) && ids.has(to.node));
  const copied: Copied = { noxus: "nodes", form: isV2(definition) ? "v2" : "v1", nodes, wires };
  return JSON.stringify(copied);
}

/** Pasted nodes get ids of their own and keep the lines among them; undefined where the text holds no nodes of this form. */
export function pasteNodes(
  definition: Definition,
  text: string,
  types: NodeTypes,
): { definition: Definition; ids: Set<string> } | undefined {
  const copied = parseCopied(text);
  if (!copied || copied.form !== (isV2(definition) ? "v2" : "v1")) return undefined;
  const ids = new Map<string, string>();
  let next = definition;
  for (const node of copied.nodes) {
    const added = addNode(next, node.type, aside(node), types);
    ids.set(node.id, added.id);
    const config = ownConfig(node, copied);
    next = changeNode(added.definition, added.id, ({ name }) => ({
      ...node,
      id: added.id,
      name: name ?? node.type,
      node_config: config,
      ...(node.variable_bindings && { variable_bindings: {} }),
      display: { ...node.display, position: aside(node) },
    }));
  }
  for (const { from, to } of copied.wires)
    next = connect(
      next,
      { ...from, node: ids.get(from.node) ?? "" },
      { ...to, node: ids.get(to.node) ?? "" },
      types,
    );
  return { definition: next, ids: new Set(ids.values()) };
}

/** Without what only refers to the nodes that it was copied from: the lines bring that back. */
function ownConfig(node: DefinitionNode, { wires }: Copied): Record<string, unknown> {
  const wired = new Set(
    wires.flatMap(({ kind, to }) => (kind === "value" && to.node === node.id ? [to.connector] : [])),
  );
  return Object.fromEntries(Object.entries(node.node_config ?? {}).filter(([name]) => !wired.has(name)));
}

function aside({ display }: DefinitionNode): Position {
  return onGrid({ x: (display?.position?.x ?? 0) + 40, y: (display?.position?.y ?? 0) + 40 });
}

function parseCopied(text: string): Copied | undefined {
  try {
    const value = JSON.parse(text) as Partial<Copied>;
    return value.noxus === "nodes" && Array.isArray(value.nodes) && Array.isArray(value.wires)
      ? (value as Copied)
      : undefined;
  } catch {
    return undefined;
  }
}
