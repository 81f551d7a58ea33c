import { isObject } from "../config/coerce.ts";
import { ConfigError, type ConfigProblem } from "../errors/config-error.ts";
import type { WireConnector } from "./data.ts";

/** A node's form as it is asked for and answered: definitions, connectors, values and lists of choices. */
export interface NodeForm {
  config: Record<string, Record<string, unknown>>;
  inputs: WireConnector[];
  outputs: WireConnector[];
  details: Record<string, unknown>[];
  title: string | null;
  /** Whether the node can run as it is configured. */
  ready: boolean;
  /** Asked: the current values. Answered: per field a value, or a list of choices. */
  config_values: Record<string, unknown>;
}

/** What `dynamicConfig` changes of the form; the rest stays. */
export type FormChange = Partial<Omit<NodeForm, "config_values">> & {
  /** Per field a value, or a list of `{ value, label }`. */
  values?: Record<string, unknown>;
};

/** A form that came from outside, with what it leaves out; throws a ConfigError. */
export function readForm(given: Record<string, unknown>): NodeForm {
  const problems = [
    ...checked(given, "config", isObject, "dictionary"),
    ...checked(given, "inputs", Array.isArray, "list"),
    ...checked(given, "outputs", Array.isArray, "list"),
  ];
  if (problems.length > 0) throw new ConfigError(problems, "the form");
  const form = given as Partial<NodeForm> & Pick<NodeForm, "config" | "inputs" | "outputs">;
  return {
    config: form.config,
    inputs: form.inputs.map(completeConnector),
    outputs: form.outputs.map(completeConnector),
    details: form.details ?? [],
    title: form.title ?? null,
    ready: form.ready ?? false,
    config_values: form.config_values ?? {},
  };
}

export function changedForm(form: NodeForm, { values, ...change }: FormChange): NodeForm {
  const changed = { ...form, ...change, config_values: { ...form.config_values, ...values } };
  const { inputs, outputs } = changed;
  return { ...changed, inputs: inputs.map(completeConnector), outputs: outputs.map(completeConnector) };
}

function checked(
  form: Record<string, unknown>,
  member: string,
  fits: (value: unknown) => boolean,
  what: "dictionary" | "list",
): ConfigProblem[] {
  const loc = [member];
  if (!(member in form)) return [{ type: "missing", loc, msg: "Field required", input: form }];
  if (fits(form[member])) return [];
  const type = what === "list" ? "list_type" : "dict_type";
  return [{ type, loc, msg: `Input should be a valid ${what}`, input: form[member] }];
}

const variable = { keys: [], manual: true, allow_empty: false };
const ofChoice = { choices: [] };

/** What each kind of connector has beside what all have. */
const connectorMembers: Record<string, object> = {
  variable_connector: variable,
  variable_type_connector: ofChoice,
  variable_type_size_connector: { type_definitions: {}, choices: [], keys: [], manual: false },
  variable_type_input: { ...ofChoice, configured_by: null },
  variable_type_output: { ...ofChoice, configured_by: null },
};

/** A connector with every member, as the published SDK answers it. */
function completeConnector(connector: WireConnector): WireConnector {
  const type = typeof connector.type === "string" ? connector.type : "connector";
  const { data_type, is_list = false } = connector.definition;
  const defaults = {
    propagates_list: true,
    optional: false,
    rules: [],
    visible: true,
    ...connectorMembers[type],
  };
  return { ...defaults, ...connector, type, definition: { data_type, is_list } };
}
