import type { Context } from "../call/context.ts";
import { type Config, type ConfigInput, type ConfigValues, configOf } from "../config/config.ts";
import type { Detail } from "../config/details.ts";
import type { CredentialsOf, Integration } from "../integrations/integration.ts";
import { type Connectors, type InputValues, type OutputValues, serializeConnectors } from "./data.ts";
import { changedForm, type FormChange, type NodeForm } from "./form.ts";
import type { Node, NodeLook } from "./node.ts";
import { assertNoConflict, descriptionOf, maxTimeoutMsOf, nodeDefinition } from "./node-definition.ts";

/** Everything about a node that does not depend on how it is wired. */
export interface NodeBasics<
  O extends Connectors,
  C extends ConfigInput,
  I extends readonly Integration[],
  P extends ConfigInput,
> extends NodeLook {
  /** Its name on the wire; workflows keep it, so it never changes. */
  name: string;
  outputs?: O;
  /** Shown of an execution beside its outputs; no connector leads there. */
  details?: Readonly<Record<string, Detail>>;
  config?: C;
  /** Whose credentials it needs. */
  integrations?: I;
  /** The plugin's configuration, for the type of `ctx.pluginConfig`. */
  pluginConfig?: P;
  /** Answers what of the form changes with the values in it: choices, connectors, the title, whether it can run. */
  dynamicConfig?(
    ctx: Context<ConfigValues<P>, CredentialsOf<I>>,
    asked: { form: NodeForm; values: Partial<ConfigValues<C>>; skipCache: boolean },
  ): FormChange | Promise<FormChange>;
}

/** No other outputs than those that are declared. */
export type Exactly<Declared, Given> = Given & {
  [K in Exclude<keyof Given, keyof Declared>]: never;
};

export interface NodeDeclaration<
  Inputs extends Connectors,
  O extends Connectors,
  C extends ConfigInput,
  I extends readonly Integration[],
  P extends ConfigInput,
  Result extends OutputValues<O>,
> extends NodeBasics<O, C, I, P> {
  inputs?: Inputs;
  /** One execution. Throw a UserError for what the user can put right; any other error counts as a bug. */
  call(
    ctx: Context<ConfigValues<P>, CredentialsOf<I>>,
    given: { inputs: InputValues<Inputs>; config: ConfigValues<C> },
  ): Exactly<OutputValues<O>, Result> | Promise<Exactly<OutputValues<O>, Result>>;
}

type Nothing = Record<never, never>;

/**
 * A node: a step of a workflow.
 *
 *     const shout = defineNode({ name: "shout", title: "Shout",
 *       inputs: { text: data.text() }, outputs: { text: data.text() },
 *       call: (_ctx, { inputs }) => ({ text: inputs.text.toUpperCase() }) });
 */
export function defineNode<
  Inputs extends Connectors = Nothing,
  O extends Connectors = Nothing,
  C extends ConfigInput = Nothing,
  const I extends readonly Integration[] = readonly [],
  P extends ConfigInput = Config<Record<string, unknown>>,
  Result extends OutputValues<O> = OutputValues<O>,
>(
  declaration: NodeDeclaration<Inputs, O, C, I, P, Result>,
): Node<InputValues<Inputs>, ConfigValues<C>, OutputValues<O>> {
  const { name, inputs = {}, outputs = {}, details = {}, integrations = [], pluginConfig } = declaration;
  const config = configOf(declaration.config);
  assertNoConflict(name, outputs, details);
  return {
    kind: "node",
    name,
    version: 1,
    description: descriptionOf(declaration),
    maxTimeoutMs: maxTimeoutMsOf(declaration),
    config,
    inputs,
    outputs,
    integrations,
    pluginConfig: pluginConfig && configOf(pluginConfig),
    definition: () =>
      nodeDefinition({
        name,
        look: declaration,
        inputs: serializeConnectors(inputs),
        outputs: serializeConnectors(outputs),
        config: config.serialize(),
        details,
        integrations,
      }),
    run: (ctx, given) => declaration.call(ctx as never, given as never),
    form: formOf(declaration as unknown as FormSource),
  };
}

/** As much of a declaration as its form needs. */
export interface FormSource {
  dynamicConfig?(
    ctx: unknown,
    asked: { form: NodeForm; values: Record<string, unknown>; skipCache: boolean },
  ): FormChange | Promise<FormChange>;
}

export function formOf(declaration: FormSource): Node["form"] {
  return async (ctx, form, { skipCache }) => {
    if (!declaration.dynamicConfig) return form;
    const asked = { form, values: form.config_values, skipCache };
    return changedForm(form, await declaration.dynamicConfig(ctx, asked));
  };
}
