import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isNoxusError, type Manifest, NoxusError } from "@noxus/contracts";
import type { Launch } from "../engines/engine.ts";
import { exitedAtStartError } from "../instances/exit-error.ts";
import type { Instance } from "../instances/instance.ts";
import { applyVerdict, checkConfig } from "./config-check.ts";
import { endRest } from "./idle.ts";
import { takeName } from "./install-steps.ts";
import { rememberGood } from "./kept-releases.ts";
import type { Which } from "./plan.ts";
import type { Built } from "./plugin-record.ts";
import type { PluginState } from "./plugin-state.ts";
import { secretsOf } from "./secrets-of.ts";
import { runningReasons } from "./status.ts";
import type { StepContext } from "./step-context.ts";

/** Milliseconds for a healthy plugin to give its manifest. */
const manifestTimeoutMs = 30_000;

/** Starts one more instance; it serves when it is healthy. */
export async function startStep(context: StepContext, which: Which, built: Built): Promise<void> {
  const { state } = context;
  if (state.serving.length === 0) tellStarting(state);
  const started = await startOne(context, built);
  await welcome(context, built, started, {
    onSwitch() {
      // What served last serves again; what keeps the wanted one from serving holds on.
      if (which === "wanted") delete state.failures.update;
      delete state.failures.run;
      if (built === state.record.prepared) noteObserved(context);
    },
  });
}

/** What runs is of the generation that the step was planned for. */
export function noteObserved({ state, desired }: StepContext): void {
  state.record.observedGeneration = desired.generation;
}

/** Why a process did not start: also one that ended under a call of ours has ended at its start. */
export async function startError(
  error: unknown,
  { parts, built, instance }: { parts: StepContext["parts"]; built: Built; instance: Instance },
): Promise<unknown> {
  const ended = isNoxusError(error, "plugin_exited") ? exitedAtStartError(await instance.exited) : error;
  if (!isNoxusError(ended, "plugin_exited_at_start")) return error;
  const engine = parts.engines.find(({ name }) => name === built.engine);
  const release = await parts.releases.get(built.release);
  return engine && release ? engine.explainStart(ended, release) : ended;
}

/** From spawn to healthy, in a place of its own among the starts. */
export async function startOne(context: StepContext, built: Built): Promise<Instance> {
  const { state, parts, signal } = context;
  return parts.startSlots.use(async () => {
    state.beginPhase("start");
    const instance = await startReady(context, built);
    state.endPhase("start");
    return instance;
  }, signal);
}

type StartContext = Pick<StepContext, "state" | "desired" | "parts" | "signal">;

/** From spawn to healthy; among the plugin's `others` until somebody takes it out. */
export async function startReady(context: StartContext, built: Built): Promise<Instance> {
  const { state, parts, signal } = context;
  const instance = await spawn(context, built);
  try {
    await instance.ready;
    signal.throwIfAborted();
    return instance;
  } catch (error) {
    await discard(state, instance);
    throw await startError(error, { parts, built, instance });
  }
}

async function spawn(context: StartContext, built: Built): Promise<Instance> {
  const { state, desired, parts, signal } = context;
  const id = randomUUID();
  const scratchFolder = join(parts.scratchFolder, id);
  const bridge = parts.openBridge({ pluginId: state.id, instanceId: id });
  const log = parts.logOf(state.id);
  const show = log.hide(secretsOf(desired, state.record.manifest));
  const leave = () => {
    show();
    bridge.close();
    return rm(scratchFolder, { recursive: true, force: true }).catch(() => {});
  };
  try {
    await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
    const { settings, source } = desired;
    const common = { id, release: built.release, settings, log, bridge, signal: parts.lifeSignal };
    const endpoint = parts.engines.find(({ name }) => name === built.engine)?.connect?.(source);
    const instance = endpoint
      ? parts.connectInstance({ ...common, endpoint })
      : parts.startInstance({
          ...common,
          launch: await launchOf(context, built, { id, scratchFolder, bridgeUrl: bridge.url }),
        });
    void instance.exited.then(leave);
    state.others.set(instance, built);
    state.changed();
    giveUpWithSignal(instance, signal);
    return instance;
  } catch (error) {
    await leave();
    throw error;
  }
}

async function launchOf(
  { state, desired, parts }: StartContext,
  built: Built,
  { id, scratchFolder, bridgeUrl }: { id: string; scratchFolder: string; bridgeUrl: string },
): Promise<Launch> {
  const engine = parts.engines.find(({ name }) => name === built.engine);
  const release = await parts.releases.get(built.release);
  if (!engine || !release)
    throw new NoxusError("internal", `Release ${built.release} or its engine ${built.engine} is not there.`);
  return engine.launch({
    pluginId: state.id,
    release,
    facts: built.facts,
    environment: built.prepared,
    settings: desired.settings,
    scratchFolder,
    bridgeUrl,
    marker: parts.markerOf(id),
  });
}

/** A start that is not wanted any more ends at once; an instance that serves is no business of the step's signal. */
function giveUpWithSignal(instance: Instance, signal: AbortSignal): void {
  const giveUp = () => void instance.stop({ drainMs: 0 });
  if (signal.aborted) giveUp();
  signal.addEventListener("abort", giveUp, { once: true });
  const done = () => signal.removeEventListener("abort", giveUp);
  void instance.ready.then(done, done);
}

/**
 * A healthy instance becomes one that serves: manifest and configuration first, then the switch in one turn, in which
 * `onSwitch` may take others out.
 */
export async function welcome(
  context: StepContext,
  built: Built,
  instance: Instance,
  { onSwitch }: { onSwitch: () => void },
): Promise<void> {
  const { state, wanted, parts } = context;
  state.beginPhase("ready");
  try {
    await introduce(context, instance);
  } catch (error) {
    await discard(state, instance);
    throw await startError(error, { parts, built, instance });
  }
  state.others.delete(instance);
  state.serving.push({ instance, built, reloads: wanted.reloads, stale: false });
  rememberGood(state.record, built, parts.keepReleases);
  endRest(state);
  onSwitch();
  context.watch(instance);
  tellRunning(state);
  context.route();
  state.endPhase("ready");
  parts.logOf(state.id).write({ at: new Date(), stream: "server", text: "The plugin is ready." });
  await context.save();
}

/** Asks for manifest and configuration; the running plugin's words are the truth. */
async function introduce(context: StepContext, instance: Instance): Promise<void> {
  const { state, desired, wanted, signal } = context;
  const manifest = await askManifest(instance, signal);
  takeName(context, manifest.name);
  const verdict = await checkConfig(instance, manifest, desired.config, signal);
  state.record.manifest = manifest;
  state.checkedConfig = wanted.configKey;
  applyVerdict(state, verdict);
}

export function askManifest(instance: Instance, signal: AbortSignal): Promise<Manifest> {
  return instance.manifest(AbortSignal.any([signal, AbortSignal.timeout(manifestTimeoutMs)]));
}

export async function discard(state: PluginState, instance: Instance): Promise<void> {
  await instance.stop({ drainMs: 0 });
  state.others.delete(instance);
  state.changed();
}

function tellStarting(state: PluginState): void {
  // To callers it never stopped.
  if (state.conditions.Running.reason === runningReasons.idle) return;
  const again = state.record.good !== undefined;
  state.setCondition({
    type: "Running",
    status: "unknown",
    reason: again ? runningReasons.restarting : "Starting",
    message: "The plugin's process is starting.",
  });
}

function tellRunning(state: PluginState): void {
  state.setCondition({
    type: "Running",
    status: "true",
    reason: "Ready",
    message: "The plugin answers calls.",
  });
}
