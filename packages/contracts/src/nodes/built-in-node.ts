import type { Connector, NodeDefinition } from "../plugin/manifest.ts";

/**
 * `input`: takes a run's input by its label; `output`: its value is the run's output under its label; `wait`: gives its
 * worker back while it waits; `container`: runs other nodes.
 */
export type NodeRole = "input" | "output" | "wait" | "container";

/** What a built-in node is to the engine, beside the definition that clients see. */
export interface BuiltInNode {
  definition: NodeDefinition;
  role?: NodeRole;
  /**
   * Without effects and quick: running it twice does no harm and is not seen, so it need not wait until what it
   * depends on is committed.
   */
  pure: boolean;
}

interface FieldOptions {
  type: string;
  label: string;
  description?: string;
  optional?: boolean;
  byDefault?: unknown;
  display?: Record<string, unknown>;
}

/** One configuration field in the published form; optional unless said otherwise. */
export function field({ type, label, description, optional = true, byDefault, display }: FieldOptions) {
  return {
    type,
    description: description ?? null,
    visible: true,
    optional,
    default: byDefault ?? null,
    advanced: false,
    rules: [],
    display: { type: displayOf[type] ?? "text", label, ...display },
  };
}

const displayOf: Record<string, string> = {
  int: "number",
  float: "number",
  bool: "toggle",
  dict: "big_text",
};

/** One connector of a node; `dataType` as in the contract, `list:` before it for a list of them. */
export function connector(name: string, dataType: string, options: Partial<Connector> = {}): Connector {
  const isList = dataType.startsWith("list:");
  return {
    name,
    label: name[0]?.toUpperCase() + name.slice(1).replaceAll("_", " "),
    type: "connector",
    definition: { data_type: isList ? dataType.slice("list:".length) : dataType, is_list: isList },
    optional: false,
    ...options,
  };
}

/** A definition with everything that the published clients ask for. */
export function define(
  definition: Pick<NodeDefinition, "type" | "title" | "description"> & Partial<NodeDefinition>,
): NodeDefinition {
  return {
    category: "logic",
    color: "#D5D5DE",
    inputs: [],
    outputs: [],
    details: [],
    config: {},
    integrations: [],
    config_endpoint: null,
    visible: true,
    is_available: true,
    ...definition,
  };
}

/** What every node may have: where an error goes when something is connected to it. */
export const ON_ERROR = "on_error";
