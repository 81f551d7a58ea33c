import { setTimeout as delay } from "node:timers/promises";
import { type DesiredList, type Hold, NoxusError, type PluginReport } from "@noxus/contracts";
import type { Instance } from "../instances/instance.ts";
import type { ReconcileObserver } from "../metrics/reconcile-observer.ts";
import type { DesiredPlugins } from "./desired-plugins.ts";
import { FormerReleases } from "./former-releases.ts";
import { Garbage } from "./garbage.ts";
import { endRest, noteCalls } from "./idle.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import { type NextStep, nextSteps } from "./next-steps.ts";
import { noteCrash, noteStepFailure } from "./note-failure.ts";
import type { Parts } from "./parts.ts";
import { performStep } from "./perform-step.ts";
import { isOvertaken, plan, type Step, type Wanted } from "./plan.ts";
import type { PluginRecords } from "./plugin-record.ts";
import type { PluginState } from "./plugin-state.ts";
import { PluginStates } from "./plugin-states.ts";
import { Probes } from "./probes.ts";
import { uninstallStep } from "./remove-steps.ts";
import { routeOf, stoppingRoute } from "./route-of.ts";
import { loseSpare, promoteSpare } from "./spare-steps.ts";
import { runningReasons } from "./status.ts";
import type { StepContext } from "./step-context.ts";
import { tellSettled, tellSwitch, tellTrying } from "./tell-outcome.ts";
import { verifyDisk } from "./verify-disk.ts";
import { wantedOf } from "./wanted.ts";

/*
 * The life of a plugin, and what happens where a step goes wrong:
 *
 *   in the list ──▶ fetch ───────▶ prepare ─────▶ start ─────▶ ready ──────▶ serves ──▶ not in the list ──▶ gone
 *                   sources,       engines:       instances:   manifest,     forward    drain, stop,
 *                   releases       facts, name,   spawn,       validate-                remove record, log,
 *                                  environment    health       config                   unused files
 *                     │              │              │            │             │
 *                     ▼              ▼              ▼            ▼             ▼
 *                   bad archive,   syntax error,  exits, no    name taken,   process ends: started again at once,
 *                   no such        unresolvable   port, too    fields        then after 10 s, 20 s … 300 s
 *                   branch, …      packages, …    slow         missing ──▶ serves, executions are refused (409)
 *                     │              │              │            │
 *                     └──────────────┴──────────────┴────────────┴─▶ error, with code and stage; what served before serves on.
 *                                                                    Of the user's making: not tried again before something
 *                                                                    changes or "try now". Else: tried again, 10 s … 300 s.
 *
 *   pinned to a release that ran before (rollback): recall instead of fetch, from disk
 *   idle (where wanted): no process, still `running`; the next call starts one and waits for it
 *   changed (source, settings), reload:  fetch ─▶ prepare ─▶ start beside the old ─▶ switch ─▶ drain the old
 *   a reload fetches anew what may have moved (branch without commit, newest version, local folder); a restart of the
 *   server fetches nothing. Switched off: drained and stopped, all files stay.
 */

export interface ReconcilerOptions {
  parts: Parts;
  desired: DesiredPlugins;
  records: PluginRecords;
  /** A plugin's state changed; `report` gives it as it is when it is sent. */
  onChange: (pluginId: string, report: () => PluginReport) => void;
  /** Holds all plugins from the start. */
  hold?: Hold | undefined;
  /** Milliseconds between two looks at everything. */
  tickMs: number;
  /** Milliseconds without a call after which the process of a former release ends. */
  formerIdleMs: number;
  /** Told of the work, for metrics. */
  observer?: ReconcileObserver;
}

/** Every look at all files of a release instead of a glance: one in so many ticks. */
const ticksPerDeepLook = 40;

/** A plan that has not come to rest after this many steps goes in a circle: a fault of ours. */
const maxSteps = 100;

/** Keeps every plugin as the desired list says: one truth, one loop, one plugin at a time each, all side by side. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  #begun = false;
  #ownHold: Hold | undefined;
  readonly #states: PluginStates;
  /** The steps being taken, and how to give them up. */
  readonly #steps = new Map<string, { step: Step["do"]; wanted: Wanted; controller: AbortController }>();
  readonly #queue: KeyedQueue;
  readonly #garbage: Garbage;
  readonly #probes: Probes;
  readonly #formers: FormerReleases;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#ownHold = options.hold;
    this.#states = new PluginStates({ logger: options.parts.logger, onChange: options.onChange });
    this.#garbage = new Garbage(options.parts, () => this.#states.all());
    this.#probes = new Probes(options.parts);
    this.#formers = new FormerReleases({ idleMs: options.formerIdleMs, parts: options.parts });
    this.#queue = new KeyedQueue({
      run: (id, signal) => this.#measuredLook(id, signal),
      onFault: (id, error) => {
        options.observer?.faulted();
        options.parts.logger.error(
          { pluginId: id, err: error },
          "a look at a plugin failed by a fault of ours",
        );
      },
    });
  }

  /** Reads what is on disk. Call before anything else. */
  async load(): Promise<void> {
    await this.#states.load(this.#options.records);
  }

  /** Takes the first look at everything, where it is known what is wanted. */
  begin(): void {
    this.#begun = true;
    if (!this.#options.desired.known) return;
    // Each look reads files first; a call that comes before must not hear that there is no such plugin.
    for (const id of this.#options.desired.ids) this.#follow(this.#states.getOrAdd(id));
    this.wakeAll();
  }

  /** Takes a desired list; gives how many plugins it changes. Resolves when it is on disk, before anything is done. */
  async take(list: DesiredList, options: { authoritative?: boolean } = {}): Promise<number> {
    const { desired } = this.#options;
    const first = !desired.known;
    const changed = await desired.take(list, options);
    // The first list of all also says which of the records on disk are not wanted any more.
    const ids = first ? new Set([...changed, ...this.#states.ids]) : new Set(changed);
    if (this.#begun) for (const id of ids) this.wake(id);
    return changed.length;
  }

  /** Looks at the plugin now; a step that is overtaken by what is wanted now is given up. */
  wake(id: string, { crashed = false } = {}): void {
    const taken = this.#steps.get(id);
    if (taken && isOvertaken(taken.step, taken.wanted, this.#wantedNow(id), { crashed }))
      taken.controller.abort(new Error("Something else is wanted now."));
    this.#queue.add(id);
  }

  wakeAll(): void {
    for (const id of this.#allIds()) this.wake(id);
  }

  /** Looks at everything periodically until the signal ends: what no event told is found here. */
  async run(signal: AbortSignal): Promise<void> {
    for (let tick = 1; !signal.aborted; tick += 1) {
      await delay(this.#options.tickMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      for (const state of this.#states.all()) {
        if (tick % ticksPerDeepLook === 0) state.verify = "deep";
        else if (state.verify === "no") state.verify = "glance";
        for (const { instance } of state.alive) void this.#probes.probe(state, instance, signal);
      }
      if (this.#options.desired.known) this.wakeAll();
      this.#formers.endIdle();
      // What a drained process was the last to use.
      this.#garbage.collect();
    }
  }

  /** Gives up what is under way, then ends every process: calls in flight get up to `drainMs`. */
  async stop({ drainMs }: { drainMs: number }): Promise<void> {
    await this.#queue.stop();
    const states = this.#states.all();
    const instances = states.flatMap(({ serving, others }) => [
      ...serving.map(({ instance }) => instance),
      ...others.keys(),
    ]);
    for (const state of states) {
      state.serving = [];
      state.spare = undefined;
      this.#options.parts.forwarder.setRoute(state.id, stoppingRoute());
    }
    await Promise.allSettled(instances.map((instance) => instance.stop({ drainMs })));
    await this.#garbage.settled();
  }

  /** Reports of all plugins. */
  reports(): PluginReport[] {
    return this.#states.all().map((state) => state.report());
  }

  /** One plugin by id or name. @throws NoxusError `plugin_unknown`. */
  find(idOrName: string): PluginState {
    return this.#states.find(idOrName);
  }

  /** Starts a new process beside the old, from a newly fetched source where that may have moved. */
  async reload(idOrName: string): Promise<PluginReport> {
    const state = this.find(idOrName);
    this.#refuseUnwanted(state);
    state.record.localReloads += 1;
    await this.#save(state);
    this.wake(state.id);
    return state.report();
  }

  /** Its record is about to be removed, and must not be written again. */
  #refuseUnwanted({ id, record }: PluginState): void {
    const { desired } = this.#options;
    if (!desired.known || desired.get(id)) return;
    throw new NoxusError(
      "conflict",
      `The plugin "${record.name ?? id}" is being uninstalled. Install it anew instead.`,
    );
  }

  /** Why all plugins are held: by this server, or else by the platform. */
  get hold(): Hold | undefined {
    return this.#ownHold ?? this.#options.desired.hold;
  }

  /** Holds all plugins, or lets them go on where the platform does not hold them too. Forgotten when the server ends. */
  setHold(hold: Hold | undefined): void {
    this.#ownHold = hold;
    this.#options.parts.logger.warn({ hold: this.hold ?? null }, "all plugins are held, or are no more");
    this.wakeAll();
  }

  /** "Try now": forgets what forbids another try. */
  retryNow(idOrName: string): PluginReport {
    const state = this.find(idOrName);
    state.failures = {};
    state.changed();
    this.wake(state.id);
    return state.report();
  }

  /** What would be done next for each plugin, without doing it: for the list that it works on, or for another one. */
  dryRun(list?: DesiredList): NextStep[] {
    const { plugins } = list ?? this.#options.desired;
    return nextSteps(plugins, this.#states.all(), { held: this.hold !== undefined });
  }

  async #measuredLook(id: string, signal: AbortSignal): Promise<{ againAtMs?: number }> {
    const startedAt = performance.now();
    const result = await this.#look(id, signal);
    this.#options.observer?.looked(performance.now() - startedAt);
    return result;
  }

  /** One look at one plugin: plans and takes steps until there is nothing to do, or nothing before some time. */
  async #look(id: string, signal: AbortSignal): Promise<{ againAtMs?: number }> {
    if (!this.#options.desired.known) return {};
    const state = this.#states.getOrAdd(id);
    await this.#verify(state, signal);
    for (let steps = 0; steps < maxSteps; steps += 1) {
      signal.throwIfAborted();
      this.#follow(state);
      const step = plan(state.wanted, state.actual(performance.now()));
      if (step.do === "wait-until") return this.#rest(state, { againAtMs: step.atMs });
      if (step.do === "nothing") {
        if (step.settled) await this.#settle(state);
        return this.#rest(state, step.untilMs === undefined ? {} : { againAtMs: step.untilMs });
      }
      const startedAt = performance.now();
      await this.#take(state, step, signal);
      this.#options.observer?.took(step.do, performance.now() - startedAt);
      if (step.do === "uninstall") return {};
    }
    throw new Error(`The plan for ${id} did not come to rest after ${maxSteps} steps.`);
  }

  async #take(state: PluginState, step: Step, signal: AbortSignal): Promise<void> {
    const { wanted, desired } = state;
    this.#options.parts.logger.info(
      { pluginId: state.id, name: state.record.name, ...step },
      "a step begins",
    );
    if (step.do === "uninstall" || !wanted || !desired) return this.#uninstall(state);
    const controller = new AbortController();
    const context = this.#contextOf(state, wanted, AbortSignal.any([signal, controller.signal]));
    this.#steps.set(state.id, { step: step.do, wanted, controller });
    state.step = step.do;
    if (step.do === "fetch" || step.do === "recall" || step.do === "prepare") tellTrying(state);
    context.route();
    try {
      await performStep(step, context, this.#garbage);
    } catch (error) {
      if (!context.signal.aborted)
        noteStepFailure({ state, step, wanted, parts: this.#options.parts }, error);
    } finally {
      this.#steps.delete(state.id);
      state.step = undefined;
      context.route();
    }
  }

  async #uninstall(state: PluginState): Promise<void> {
    const { parts, records } = this.#options;
    const context = { state, parts, route: () => this.#route(state) };
    // Its last calls may take a while to end; a plugin that is installed in its place need not wait for them.
    this.#states.names.free(state.id);
    this.#wakeThoseWithoutName();
    await uninstallStep(context);
    await records.remove(state.id);
    await parts.removeLog(state.id);
    this.#states.forget(state);
    state.setCondition({
      type: "Running",
      status: "false",
      reason: runningReasons.uninstalled,
      message: "The plugin is uninstalled.",
    });
    this.#garbage.collect();
    // Wanted again meanwhile: a new life begins, from nothing.
    if (this.#options.desired.get(state.id)) this.#queue.add(state.id);
  }

  /** A name may be free now; whoever failed for the want of one tries again. */
  #wakeThoseWithoutName(): void {
    for (const state of this.#states.all()) {
      if (state.failures.update?.report.code !== "plugin_name_taken") continue;
      delete state.failures.update;
      this.wake(state.id);
    }
  }

  /** The newest wish; limits count at once, whatever else is to be done. */
  #follow(state: PluginState): void {
    const before = state.desired?.generation;
    state.desired = this.#options.desired.get(state.id);
    state.hold = this.hold;
    noteCalls(state, this.#options.parts.forwarder.load(state.id), performance.now());
    if (state.desired) state.settings = state.desired.settings;
    tellSwitch(state);
    // Reports name it, also where nothing may be done for it now.
    if (before !== undefined && state.desired && before !== state.desired.generation) state.changed();
    this.#route(state);
  }

  async #settle(state: PluginState): Promise<void> {
    const generation = state.desired?.generation;
    if (state.serving.length > 0) tellSettled(state);
    if (generation === undefined || state.record.observedGeneration === generation) return;
    state.record.observedGeneration = generation;
    await this.#save(state);
    state.changed();
  }

  #rest(state: PluginState, result: { againAtMs?: number }): { againAtMs?: number } {
    if (!state.desired && state.isGone) this.#states.forget(state);
    return result;
  }

  async #verify(state: PluginState, signal: AbortSignal): Promise<void> {
    const { verify } = state;
    if (verify === "no") return;
    state.verify = "no";
    await verifyDisk(state, this.#options.parts, { deep: verify === "deep", signal });
  }

  /** An instance that serves has ended, though nobody took it out: a crash. */
  #onExit(state: PluginState, instance: Instance): void {
    void instance.exited.then((exit) => {
      const ended = state.serving.find((one) => one.instance === instance);
      if (!ended && !loseSpare(state, instance)) return;
      state.serving = state.serving.filter((one) => one !== ended);
      const isReplaced = ended !== undefined && promoteSpare(state, ended.built);
      const { atOnce } = noteCrash(state, exit, this.#options.parts);
      this.#route(state);
      this.wake(state.id, { crashed: atOnce && !isReplaced });
    });
  }

  /** A call came to a plugin that is idle: it waits for the process that is started now. */
  #onCall(state: PluginState): void {
    endRest(state);
    this.wake(state.id);
  }

  #contextOf(state: PluginState, wanted: Wanted, signal: AbortSignal): StepContext {
    return {
      state,
      desired: state.desired as NonNullable<PluginState["desired"]>,
      wanted,
      parts: this.#options.parts,
      names: this.#states.names,
      save: () => this.#save(state),
      watch: (instance) => this.#onExit(state, instance),
      route: () => this.#route(state),
      signal,
    };
  }

  #route(state: PluginState): void {
    const { concurrency, queue, callTimeoutMs } = state.settings ?? {};
    const limits =
      concurrency !== undefined && queue !== undefined && callTimeoutMs !== undefined
        ? { concurrency, queue, callTimeoutMs }
        : undefined;
    this.#options.parts.forwarder.setRoute(
      state.id,
      routeOf(state, {
        onCall: () => this.#onCall(state),
        former: (releases) => this.#formers.of(state, releases),
      }),
      limits,
    );
  }

  #wantedNow(id: string): Wanted | undefined {
    const plugin = this.#options.desired.get(id);
    const localReloads = this.#states.get(id)?.record.localReloads;
    return plugin && wantedOf(plugin, { localReloads, held: this.hold !== undefined });
  }

  #allIds(): Set<string> {
    return new Set([...this.#options.desired.ids, ...this.#states.ids]);
  }

  #save(state: PluginState): Promise<void> {
    state.isRecorded = true;
    return this.#options.records.save(state.record);
  }
}
