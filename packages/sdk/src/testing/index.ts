/**
 * Runs a node, trigger, datasource or integration in a test, without a server; for any test runner.
 *
 *     import { runNode, testFile } from "@noxus/sdk/testing";
 *
 *     const { outputs } = await runNode(shout, { inputs: { text: "hello" } });
 *     assert.equal(outputs.text, "HELLO");
 *
 * Inputs, settings and outputs pass through JSON, as they do in a workflow. What the call throws, the test gets.
 */
import type { Datasource } from "../datasources/define-datasource.ts";
import type { File, FileValue } from "../files/file.ts";
import type { Integration } from "../integrations/integration.ts";
import type { NodeForm } from "../nodes/form.ts";
import type { Node } from "../nodes/node.ts";
import type { Trigger } from "../triggers/define-trigger.ts";
import { type CallOptions, type CallTraces, overTheWire, type TestCall, testCall } from "./test-call.ts";

export { testFile } from "./memory-host.ts";
export type { CallOptions, CallTraces } from "./test-call.ts";

/** Fields with a default may be left out. */
type Given<Settings> = Partial<Settings>;

/** Executes a node once. */
export async function runNode<Inputs, Settings, Outputs>(
  node: Node<Inputs, Settings, Outputs>,
  options: CallOptions & { inputs?: Inputs; config?: Given<Settings> } = {},
): Promise<CallTraces & { outputs: OnTheWire<Outputs> }> {
  const call = testCall({ nodes: [node], ...configOf(node) }, options);
  const given = { inputs: overTheWire(options.inputs), config: overTheWire(options.config) };
  const { outputs } = await call.dispatcher.executeNode(node.name, call.environment, given);
  return { outputs: overTheWire(outputs) as OnTheWire<Outputs>, ...tracesOf(call) };
}

/** What arrives at the next node: a file is a reference, a date is text. */
export type OnTheWire<T> = T extends Date
  ? string
  : T extends FileValue | File
    ? FileValue
    : T extends readonly (infer Element)[]
      ? OnTheWire<Element>[]
      : T extends object
        ? { [K in keyof T]: OnTheWire<T[K]> }
        : T;

/** Asks a node for its form with the values in it. */
export async function runDynamicConfig<Inputs, Settings, Outputs>(
  node: Node<Inputs, Settings, Outputs>,
  options: CallOptions & { values?: Given<Settings>; skipCache?: boolean } = {},
): Promise<NodeForm> {
  const call = testCall({ nodes: [node], ...configOf(node) }, options);
  const { config, inputs, outputs } = node.definition();
  const form = overTheWire({ config, inputs, outputs, config_values: options.values });
  const { skipCache = false } = options;
  return await call.dispatcher.nodeConfig(node.name, call.environment, { form, skipCache });
}

/** Polls a trigger once; without a state it is the first poll. */
export async function pollTrigger<Settings, State, Event>(
  trigger: Trigger<Settings, State, Event>,
  options: CallOptions & { config?: Given<Settings>; state?: State } = {},
): Promise<CallTraces & { events: Event[]; state: State }> {
  const call = testCall({ triggers: [trigger], ...configOf(trigger) }, options);
  const given = { config: overTheWire(options.config), state: overTheWire(options.state) };
  const result = overTheWire(await call.dispatcher.pollTrigger(trigger.name, call.environment, given));
  return { ...(result as { events: Event[]; state: State }), ...tracesOf(call) };
}

/** Fetches a datasource's files. What it wrote is among the traces, readable. */
export async function fetchDatasource<Settings>(
  datasource: Datasource<Settings>,
  options: CallOptions & { config?: Given<Settings> } = {},
): Promise<CallTraces & { fetched: FileValue[] }> {
  const call = testCall({ datasources: [datasource], ...configOf(datasource) }, options);
  const settings = overTheWire(options.config);
  const { files } = overTheWire(
    await call.dispatcher.fetchDatasource(datasource.name, call.environment, settings),
  );
  return { fetched: files as FileValue[], ...tracesOf(call) };
}

/** Whether an integration takes these credentials; null: none are stored. */
export async function isReady<Values>(
  integration: Integration<string, Values>,
  credentials: Partial<Values> | null,
  { signal = new AbortController().signal }: { signal?: AbortSignal } = {},
): Promise<boolean> {
  return integration.isReady(credentials === null ? null : overTheWire(credentials), signal);
}

/** A part that is typed by the plugin's configuration brings it. */
function configOf({ pluginConfig }: Pick<Node, "pluginConfig">): {
  config?: NonNullable<typeof pluginConfig>;
} {
  return pluginConfig ? { config: pluginConfig } : {};
}

function tracesOf({ files, log, progress, credentialUpdates }: TestCall): CallTraces {
  return { files, log, progress, credentialUpdates };
}
