import {
  type Definition,
  type DefinitionEdge,
  type DefinitionNode,
  isV2,
  type NodeTypes,
  typeOfNode,
  type Wire,
} from "./definition.ts";
import { parseReference, referencesOf, wholeReference } from "./references.ts";

/** The lines between a workflow's nodes, as both forms mean them. */
export function wiresOf(definition: Definition, types: NodeTypes): Wire[] {
  return isV2(definition) ? v2Wires(definition, types) : definition.edges.flatMap(v1Wire);
}

function v1Wire({ from_id, to_id }: DefinitionEdge, index: number): Wire[] {
  if (!from_id || !to_id) return [];
  return [
    {
      id: `edge:${index}`,
      kind: "value",
      from: portOf(from_id.node_id, from_id.connector_name, from_id.key),
      to: portOf(to_id.node_id, to_id.connector_name, to_id.key),
    },
  ];
}

function portOf(node: string, connector: string, key: string | null | undefined): Wire["from"] {
  return { node, connector, ...(key && { key }) };
}

/** Values by what nodes refer to; edges that carry no such value are shown as the order they are. */
function v2Wires(definition: Definition, types: NodeTypes): Wire[] {
  const ids = new Set(definition.nodes.map(({ id }) => id));
  const values = definition.nodes.flatMap((node) => valueWires(node, ids, types));
  const joined = new Set(values.map(({ from, to }) => pairOf(from.node, to.node)));
  const orders = definition.edges.flatMap((edge, index): Wire[] => {
    const { source = "", target = "", source_handle } = edge;
    const isBranch = Boolean(source_handle) && source_handle !== "output";
    if (!isBranch && joined.has(pairOf(source, target))) return [];
    return [
      {
        id: `edge:${index}`,
        kind: "order",
        from: { node: source, connector: source_handle ?? "" },
        to: { node: target, connector: "" },
      },
    ];
  });
  return [...values, ...orders];
}

function valueWires(node: DefinitionNode, ids: ReadonlySet<string>, types: NodeTypes): Wire[] {
  const bound = Object.entries(node.variable_bindings ?? {}).flatMap(([field, value]) =>
    [value].flat().flatMap((one) => valueWire({ node, field, place: "bound", text: one, ids, types })),
  );
  const written = Object.entries(node.node_config ?? {}).flatMap(([field, value]) =>
    field in (node.variable_bindings ?? {}) || wholeReference(value) === undefined
      ? []
      : valueWire({ node, field, place: "written", text: value, ids, types }),
  );
  return [...bound, ...written];
}

interface FieldValue {
  node: DefinitionNode;
  field: string;
  place: "bound" | "written";
  text: unknown;
  ids: ReadonlySet<string>;
  types: NodeTypes;
}

function valueWire({ node, field, place, text, ids, types }: FieldValue): Wire[] {
  const reference = wholeReference(text) ?? (typeof text === "string" ? text : "");
  const from = parseReference(reference, ids);
  const to = portOfField(node, field, types);
  if (!from || !to) return [];
  const [connector = "output"] = from.output.split(".");
  return [
    {
      id: `${place}:${node.id}:${field}:${from.node}.${from.output}`,
      kind: "value",
      from: { node: from.node, connector },
      to,
    },
  ];
}

/** The input that a field stands for: by its name, or as `<connector>__<key>`; none where the field is configuration. */
function portOfField(node: DefinitionNode, field: string, types: NodeTypes): Wire["to"] | undefined {
  const inputs = typeOfNode(node, types)?.inputs ?? [];
  if (inputs.some(({ name }) => name === field)) return { node: node.id, connector: field };
  const [connector = "", ...rest] = field.split("__");
  const key = rest.join("__");
  return key && inputs.some(({ name }) => name === connector) ? { node: node.id, connector, key } : undefined;
}

export function pairOf(source: string, target: string): string {
  return JSON.stringify([source, target]);
}

/** The nodes that each node waits for, whatever the reason: a wire, or a reference inside a text. */
export function dependenciesOf(definition: Definition, types: NodeTypes): Map<string, Set<string>> {
  const needs = new Map(definition.nodes.map(({ id }) => [id, new Set<string>()]));
  for (const { from, to } of wiresOf(definition, types)) needs.get(to.node)?.add(from.node);
  if (!isV2(definition)) return needs;
  const ids = new Set(needs.keys());
  for (const node of definition.nodes)
    for (const reference of referencesOf(node)) {
      const from = parseReference(reference, ids);
      if (from) needs.get(node.id)?.add(from.node);
    }
  return needs;
}
