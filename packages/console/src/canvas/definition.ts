import type { RegistryNode } from "../api/queries.ts";
import type { Connector } from "./connectors.ts";

/** A workflow's definition as far as the canvas reads it; everything else in it is kept as it is. */
export interface Definition {
  flow_version?: string;
  nodes: DefinitionNode[];
  edges: DefinitionEdge[];
  [key: string]: unknown;
}

/** A workflow as it is edited. */
export interface Document {
  name: string;
  definition: Definition;
}

export interface DefinitionNode {
  id: string;
  type: string;
  name?: string | null;
  node_config?: Record<string, unknown> | null;
  /** Of the first form: connectors that the node has beside, or otherwise than, its type. */
  connector_config?: { inputs?: Connector[] | null; outputs?: Connector[] | null } | null;
  /** Of the second form: `{field: "<node>.<output>"}`. */
  variable_bindings?: Record<string, unknown> | null;
  display?: { position?: Position; [key: string]: unknown } | null;
  [key: string]: unknown;
}

/** Of the first form (`from_id`, `to_id`) or the second (`source`, `target`). */
export interface DefinitionEdge {
  id?: string | null;
  from_id?: EdgeEnd;
  to_id?: EdgeEnd;
  source?: string;
  target?: string;
  source_handle?: string | null;
  [key: string]: unknown;
}

export interface EdgeEnd {
  node_id: string;
  connector_name: string;
  key?: string | null;
}

export interface Position {
  x: number;
  y: number;
}

/** One connector of one node; `key` is an added value of a connector that takes several. */
export interface Port {
  node: string;
  connector: string;
  key?: string;
}

/** A line on the canvas: a value on its way, or only an order (the second form's edges). */
export interface Wire {
  id: string;
  kind: "value" | "order";
  from: Port;
  to: Port;
}

/** Nodes as their types declare them; under `#<id>` a node whose plugin computed other connectors for its values. */
export type NodeTypes = ReadonlyMap<string, RegistryNode>;

/** What is known of one node of a workflow. */
export function typeOfNode({ id, type }: DefinitionNode, types: NodeTypes): RegistryNode | undefined {
  return types.get(`#${id}`) ?? types.get(type);
}

export function isV2(definition: Definition): boolean {
  return definition.flow_version === "v2";
}

export function definitionOf(raw: Record<string, unknown>): Definition {
  return {
    ...raw,
    nodes: (raw.nodes as DefinitionNode[]) ?? [],
    edges: (raw.edges as DefinitionEdge[]) ?? [],
  };
}

/** What a person calls the node. */
export function titleOf(node: DefinitionNode, types: NodeTypes): string {
  return node.name || types.get(node.type)?.title || node.type;
}

export function changeNode(
  definition: Definition,
  id: string,
  change: (node: DefinitionNode) => DefinitionNode,
): Definition {
  return { ...definition, nodes: definition.nodes.map((node) => (node.id === id ? change(node) : node)) };
}
