import type { Context } from "../call/context.ts";
import { type Config, type ConfigInput, type ConfigValues, configOf } from "../config/config.ts";
import type { Field, FieldMap, WireType } from "../config/field.ts";
import type { CredentialsOf, Integration } from "../integrations/integration.ts";
import { type Connectors, type OutputValues, serializeConnectors, type WireConnector } from "./data.ts";
import { type Exactly, type FormSource, formOf, type NodeBasics } from "./define-node.ts";
import type { Node } from "./node.ts";
import {
  assertNoConflict,
  descriptionOf,
  maxTimeoutMsOf,
  nodeDefinition,
  serializeWithout,
} from "./node-definition.ts";

export interface NodeV2Declaration<
  O extends Connectors,
  C extends ConfigInput,
  I extends readonly Integration[],
  P extends ConfigInput,
  Result extends OutputValues<O>,
> extends NodeBasics<O, C, I, P> {
  /** One execution. Throw a UserError for what the user can put right; any other error counts as a bug. */
  call(
    ctx: Context<ConfigValues<P>, CredentialsOf<I>>,
    given: { config: ConfigValues<C> },
  ): Exactly<OutputValues<O>, Result> | Promise<Exactly<OutputValues<O>, Result>>;
}

type Nothing = Record<never, never>;

/**
 * A node for workflows of version 2: it has no connectors; those fields of its configuration that are `bindable` take
 * a value or a reference to another node's output.
 *
 *     defineNodeV2({ name: "shout", title: "Shout",
 *       config: { text: field.bigText({ label: "Text", bindable: true }) }, outputs: { text: data.text() },
 *       call: (_ctx, { config }) => ({ text: config.text.toUpperCase() }) });
 */
export function defineNodeV2<
  O extends Connectors = Nothing,
  C extends ConfigInput = Nothing,
  const I extends readonly Integration[] = readonly [],
  P extends ConfigInput = Config<Record<string, unknown>>,
  Result extends OutputValues<O> = OutputValues<O>,
>(declaration: NodeV2Declaration<O, C, I, P, Result>): Node<Nothing, ConfigValues<C>, OutputValues<O>> {
  const { name, outputs = {}, details = {}, integrations = [], pluginConfig } = declaration;
  const config = configOf(declaration.config);
  assertNoConflict(name, outputs, details);
  const inputs = bindableInputs(config.fields);
  const inputNames = inputs.map((input) => input.name);
  return {
    kind: "node",
    name,
    version: 2,
    description: descriptionOf(declaration),
    maxTimeoutMs: maxTimeoutMsOf(declaration),
    config,
    inputs: {},
    outputs,
    integrations,
    pluginConfig: pluginConfig && configOf(pluginConfig),
    definition: () =>
      nodeDefinition({
        name,
        look: declaration,
        inputs,
        outputs: serializeConnectors(outputs),
        config: serializeWithout(config, inputNames),
        details,
        integrations,
      }),
    run: (ctx, { config: values }) => declaration.call(ctx as never, { config: values as never }),
    form: formOf(declaration as unknown as FormSource),
  };
}

function bindableInputs(fields: FieldMap): WireConnector[] {
  return Object.entries(fields)
    .filter(([, { bindable }]) => bindable)
    .map(([name, field]) => ({
      name,
      label: field.label ?? name,
      definition: dataTypeOf(field),
      optional: field.optional || (field.default ?? null) !== null,
    }));
}

const dataTypes: Record<string, string> = { int: "number", float: "number" };

function dataTypeOf({ type, element }: Field<unknown>): { data_type: string; is_list: boolean } {
  const named = (wire: WireType) => dataTypes[wire] ?? wire;
  return type === "list" && element
    ? { data_type: named(element), is_list: true }
    : { data_type: named(type), is_list: false };
}
