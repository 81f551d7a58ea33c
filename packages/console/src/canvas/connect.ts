import {
  changeNode,
  type Definition,
  type DefinitionNode,
  isV2,
  type NodeTypes,
  type Port,
  typeOfNode,
  type Wire,
} from "./definition.ts";
import { parseReference, referencesOf } from "./references.ts";
import { pairOf, wiresOf } from "./wires.ts";

/**
 * Lets a value flow from an output to an input; in the second form one without an input is an order. An input that takes one
 * value in the second form gives up the one it had; in the first form several edges are branches that meet.
 */
export function connect(definition: Definition, from: Port, to: Port, types: NodeTypes): Definition {
  return isV2(definition) ? connectV2(definition, from, to) : connectV1(definition, from, to, types);
}

function connectV1(definition: Definition, from: Port, to: Port, types: NodeTypes): Definition {
  const edge = { id: crypto.randomUUID(), from_id: endOf(from), to_id: endOf(to) };
  const known = withComputed(withComputed(definition, from, "outputs", types), to, "inputs", types);
  return { ...known, edges: [...known.edges, edge] };
}

/** A connector that a plugin computed is written into the node that has it: the platform knows only what is declared. */
function withComputed(
  definition: Definition,
  port: Port,
  side: "inputs" | "outputs",
  types: NodeTypes,
): Definition {
  return changeNode(definition, port.node, (node) => {
    const own = node.connector_config?.[side] ?? [];
    const isKnown = [...own, ...(types.get(node.type)?.[side] ?? [])].some(
      ({ name }) => name === port.connector,
    );
    const computed = typeOfNode(node, types)?.[side].find(({ name }) => name === port.connector);
    if (isKnown || !computed) return node;
    return { ...node, connector_config: { ...node.connector_config, [side]: [...own, computed] } };
  });
}

function endOf({ node, connector, key }: Port) {
  return { node_id: node, connector_name: connector, ...(key !== undefined && { key }) };
}

function connectV2(definition: Definition, from: Port, to: Port): Definition {
  const isOrder = to.connector === "";
  const bound = isOrder
    ? definition
    : changeNode(definition, to.node, (node) => bind(node, fieldOf(to), `${from.node}.${from.connector}`));
  const handle = isOrder && from.connector !== "" ? from.connector : undefined;
  const isThere = bound.edges.some(
    ({ source, target, source_handle }) =>
      source === from.node && target === to.node && (!handle || source_handle === handle),
  );
  if (isThere) return bound;
  const edge = {
    id: crypto.randomUUID(),
    source: from.node,
    target: to.node,
    ...(handle && { source_handle: handle }),
  };
  return { ...bound, edges: [...bound.edges, edge] };
}

/** The binding, and the added key where the connector takes several. */
function bind(node: DefinitionNode, field: string, reference: string): DefinitionNode {
  const { [field]: _written, ...config } = node.node_config ?? {};
  return {
    ...node,
    node_config: withKey(config, field),
    variable_bindings: { ...node.variable_bindings, [field]: reference },
  };
}

function withKey(config: Record<string, unknown>, field: string): Record<string, unknown> {
  const [connector = "", key] = field.split("__");
  if (!key) return config;
  const all = (config.__var_keys ?? {}) as Record<string, string[]>;
  const keys = all[connector] ?? [];
  return keys.includes(key) ? config : { ...config, __var_keys: { ...all, [connector]: [...keys, key] } };
}

function fieldOf({ connector, key }: Port): string {
  return key === undefined ? connector : `${connector}__${key}`;
}

/** Takes lines away; in the second form an edge goes with the last value that it carried. */
export function disconnect(definition: Definition, wires: readonly Wire[], types: NodeTypes): Definition {
  const edges = new Set(wires.flatMap(({ id }) => (id.startsWith("edge:") ? [Number(id.slice(5))] : [])));
  const without = { ...definition, edges: definition.edges.filter((_, index) => !edges.has(index)) };
  const values = wires.filter(({ id }) => !id.startsWith("edge:"));
  const unbound = values.reduce(
    (rest, { from, to }) => changeNode(rest, to.node, (node) => unbind(node, fieldOf(to), from)),
    without,
  );
  return values.length === 0 ? unbound : withoutIdleEdges(unbound, values, types);
}

function unbind(node: DefinitionNode, field: string, from: Port): DefinitionNode {
  const { [field]: bound, ...bindings } = node.variable_bindings ?? {};
  const { [field]: _written, ...config } = node.node_config ?? {};
  if (bound === undefined) return { ...node, node_config: config };
  const others = Array.isArray(bound) ? bound.filter((one) => !String(one).startsWith(`${from.node}.`)) : [];
  return { ...node, variable_bindings: others.length > 0 ? { ...bindings, [field]: others } : bindings };
}

function withoutIdleEdges(definition: Definition, gone: readonly Wire[], types: NodeTypes): Definition {
  const ids = new Set(definition.nodes.map(({ id }) => id));
  const carried = new Set(
    wiresOf(definition, types).flatMap(({ kind, from, to }) =>
      kind === "value" ? [pairOf(from.node, to.node)] : [],
    ),
  );
  for (const node of definition.nodes)
    for (const reference of referencesOf(node)) {
      const from = parseReference(reference, ids);
      if (from) carried.add(pairOf(from.node, node.id));
    }
  const idle = new Set(
    gone.map(({ from, to }) => pairOf(from.node, to.node)).filter((pair) => !carried.has(pair)),
  );
  const stays = ({ source = "", target = "", source_handle }: Definition["edges"][number]) =>
    Boolean(source_handle) || !idle.has(pairOf(source, target));
  return { ...definition, edges: definition.edges.filter(stays) };
}
