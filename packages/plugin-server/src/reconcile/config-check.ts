import {
  type ConfigFields,
  type Manifest,
  type ValidateConfigResponse,
  validateConfigResponseSchema,
} from "@noxus/contracts";
import type { Instance, PluginAnswer } from "../instances/instance.ts";
import type { PluginState } from "./plugin-state.ts";
import type { StepContext } from "./step-context.ts";

/** Milliseconds for the plugin's own check: it may look things up, and nothing else waits for it. */
const checkTimeoutMs = 30_000;

export interface ConfigVerdict {
  /** What keeps the plugin from working, in its own words; empty where the configuration is good. */
  problems: string[];
  warnings: string[];
  /** Why the plugin could not be asked; it is then taken at its word that nothing is missing. */
  unknown?: string;
}

/** Asks the running plugin about its configuration, after looking for required fields that have no value. */
export async function checkConfig(
  instance: Instance,
  manifest: Manifest,
  config: Record<string, unknown>,
  signal: AbortSignal,
): Promise<ConfigVerdict> {
  const missing = missingFields(manifest.config ?? {}, config);
  try {
    const { valid, errors, warnings } = await askPlugin(instance, config, signal);
    const refused = valid
      ? []
      : errors.length > 0
        ? errors
        : ["The plugin says its configuration is not valid."];
    return { problems: [...missing, ...refused.map(withoutValues)], warnings: warnings.map(withoutValues) };
  } catch (error) {
    signal.throwIfAborted();
    const unknown = `The plugin could not check its configuration: ${(error as Error).message}`;
    return { problems: missing, warnings: [], unknown };
  }
}

/** The published SDK quotes the whole configuration in its messages, secrets included; the field and the reason stay. */
export function withoutValues(message: string): string {
  return message
    .replaceAll(/ \[type=([\w.]+), input_value=.*?, input_type=\w+\]/gs, " [$1]")
    .replaceAll(/\n\s*For further information visit \S+/g, "");
}

/** Required is what is neither optional nor has a default. An empty string is no value: forms send it for nothing. */
export function missingFields(fields: ConfigFields, config: Record<string, unknown>): string[] {
  return Object.entries(fields)
    .filter(([name, field]) => {
      const value = config[name];
      const absent = value === undefined || value === null || value === "";
      return absent && field.optional === false && (field.default ?? null) === null;
    })
    .map(
      ([name, field]) => `"${name}" is required${field.display?.label ? ` (${field.display.label})` : ""}.`,
    );
}

async function askPlugin(
  instance: Instance,
  config: Record<string, unknown>,
  signal: AbortSignal,
): Promise<ValidateConfigResponse> {
  const body = Buffer.from(JSON.stringify(config));
  const answer = await instance.call({
    kind: "validate_config",
    body,
    contentLength: body.length,
    grants: { files: new Set(), workspace: undefined },
    signal: AbortSignal.any([signal, AbortSignal.timeout(checkTimeoutMs)]),
  });
  const text = await readText(answer.body);
  if (answer.status >= 400) throw new Error(`it answered ${answer.status}: ${text.slice(0, 300)}`);
  return validateConfigResponseSchema.parse(JSON.parse(text));
}

async function readText(body: PluginAnswer["body"]): Promise<string> {
  if (Buffer.isBuffer(body)) return body.toString();
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

/** Puts the verdict into the plugin's state. */
export function applyVerdict(state: PluginState, { problems, warnings, unknown }: ConfigVerdict): void {
  state.configProblems = problems;
  state.configWarnings = unknown ? [...warnings, unknown] : warnings;
  if (problems.length > 0)
    state.setCondition({
      type: "ConfigValid",
      status: "false",
      reason: "MissingConfig",
      message: problems.join(" "),
    });
  else if (unknown)
    state.setCondition({ type: "ConfigValid", status: "unknown", reason: "CheckFailed", message: unknown });
  else
    state.setCondition({
      type: "ConfigValid",
      status: "true",
      reason: "Valid",
      message: "The plugin accepts its configuration.",
    });
}

/** The step "reconfigure": the configuration changed, the process did not. */
export async function checkRunningConfig({
  state,
  desired,
  wanted,
  route,
  signal,
}: Pick<StepContext, "state" | "desired" | "wanted" | "route" | "signal">): Promise<void> {
  const serving = state.serving[0];
  const { manifest } = state.record;
  if (!serving || !manifest) return;
  applyVerdict(state, await checkConfig(serving.instance, manifest, desired.config, signal));
  state.checkedConfig = wanted.configKey;
  route();
}
