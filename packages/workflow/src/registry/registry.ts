import { builtInNodes, type Manifest, type NodeDefinition, type NodeRole } from "@noxus/contracts";

/** A node type that workflows may use. */
export interface RegisteredNode {
  definition: NodeDefinition;
  /** Where input values go on the wire: `connectors` into `inputs` (V1 nodes), `config` into `config` (V2 nodes). */
  wiring: "connectors" | "config";
  role?: NodeRole;
  /** Without effects: may run before what it depends on is committed. */
  pure: boolean;
  /** The plugin that has the node; absent for built-in nodes. */
  plugin?: { id: string; name: string };
}

export interface NodeRegistry {
  find(type: string): RegisteredNode | undefined;
  /** Every known type, built-in ones first. */
  types(): string[];
}

export interface RegistryPlugin {
  id: string;
  name: string;
  manifest: Manifest;
}

/**
 * Built-in nodes and those of the given plugins. Where two have a node of one type, the first keeps it: a plugin
 * cannot take a built-in node's place, nor that of a plugin installed before it.
 */
export function createRegistry(plugins: readonly RegistryPlugin[]): NodeRegistry {
  const nodes = new Map<string, RegisteredNode>();
  const add = (node: RegisteredNode) => {
    if (!nodes.has(node.definition.type)) nodes.set(node.definition.type, node);
  };
  for (const node of builtInNodes) add({ ...node, wiring: "connectors" });
  for (const { id, name, manifest } of plugins) {
    const plugin = { id, name };
    for (const definition of manifest.nodes) add({ definition, wiring: "connectors", pure: false, plugin });
    for (const definition of manifest.nodes_v2 ?? [])
      add({ definition, wiring: "config", pure: false, plugin });
  }
  return { find: (type) => nodes.get(type), types: () => [...nodes.keys()] };
}
