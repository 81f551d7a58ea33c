import type { Connector, NodeDefinition } from "@noxus/contracts";
import { suggestion } from "../check/nearest.ts";
import type { Problem } from "../check/problem.ts";
import type { GraphInput } from "../graph/graph.ts";
import type { NodeRegistry, RegisteredNode } from "../registry/registry.ts";

/** What both front ends need while they parse: the registry, and where problems go. */
export interface Parsing {
  registry: NodeRegistry;
  problems: Problem[];
}

interface AnyNode {
  id: string;
  type: string;
  name?: string | null | undefined;
}

/** A node of the definition together with what the registry knows of its type. */
export interface ParsedNode<T extends AnyNode> {
  source: T;
  index: number;
  title: string;
  registered: RegisteredNode;
  /** False where the type is unknown: its connectors cannot be checked. */
  known: boolean;
}

/** Looks up each node's type; reports unknown types and repeated ids. The first of two equal ids is kept. */
export function lookUpNodes<T extends AnyNode>(
  nodes: readonly T[],
  parsing: Parsing,
): Map<string, ParsedNode<T>> {
  const byId = new Map<string, ParsedNode<T>>();
  for (const [index, source] of nodes.entries()) {
    const first = byId.get(source.id);
    if (first) parsing.problems.push(repeatedId(source.id, index, first.index));
    else byId.set(source.id, lookUp(source, index, parsing));
  }
  return byId;
}

function lookUp<T extends AnyNode>(source: T, index: number, parsing: Parsing): ParsedNode<T> {
  const registered = parsing.registry.find(source.type);
  if (!registered) parsing.problems.push(unknownType(source, index, parsing.registry));
  return {
    source,
    index,
    title: source.name || registered?.definition.title || source.type,
    registered: registered ?? placeholder(source.type),
    known: registered !== undefined,
  };
}

function repeatedId(id: string, index: number, first: number): Problem {
  const message = `Two nodes have the id "${id}" (nodes[${first}] and nodes[${index}]). Give one of them another id.`;
  return { code: "workflow_invalid", path: `nodes[${index}].id`, message, stage: "form" };
}

function unknownType({ id, type }: AnyNode, index: number, registry: NodeRegistry): Problem {
  const near = suggestion(type, registry.types());
  const message = `Node "${id}" is of the type "${type}", which no installed plugin has.${near}`;
  return { code: "workflow_node_unknown", path: `nodes[${index}].type`, message, stage: "run" };
}

function placeholder(type: string): RegisteredNode {
  const definition: NodeDefinition = { type, inputs: [], outputs: [], config: {} };
  return { definition, wiring: "connectors", pure: false };
}

/** Has added keys, each with a value of its own. */
export function isVariable(connector: Connector): boolean {
  return connector.type === "variable_connector" || connector.type === "variable_type_size_connector";
}

/** An input slot without a value yet, of a connector (or of one key of a variable one). */
export function slotOf(connector: Connector, key?: string): Omit<GraphInput, "expression"> {
  const definition = (key !== undefined && typeDefinitions(connector)[key]) || connector.definition;
  const isList = definition?.is_list === true;
  const takesLists = isList || takesAnything.has(definition?.data_type ?? "Any");
  return {
    name: connector.name,
    ...(key !== undefined && { key }),
    required: key === undefined && connector.optional !== true && connector.allow_empty !== true,
    isList,
    mapping: takesLists ? "never" : "auto",
  };
}

/** Data types for which a list is a value like any other, so it runs the node once. */
const takesAnything = new Set(["Any", "list", "Custom"]);

function typeDefinitions(connector: Connector): Record<string, { data_type?: string; is_list?: boolean }> {
  return (connector.type_definitions ?? {}) as Record<string, { data_type?: string; is_list?: boolean }>;
}
