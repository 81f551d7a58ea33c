import type {
  Condition,
  DesiredPlugin,
  Hold,
  Phase,
  PluginFailure,
  PluginReport,
  PluginSettings,
} from "@noxus/contracts";
import type { Logger } from "@noxus/service";
import type { Instance } from "../instances/instance.ts";
import type { Failure } from "./failure.ts";
import { keptReleases, runnableReleases } from "./kept-releases.ts";
import type { Actual, Step, Wanted } from "./plan.ts";
import { type Built, emptyRecord, type PluginRecord } from "./plugin-record.ts";
import { type Conditions, initialConditions, statusOf, withCondition } from "./status.ts";
import { wantedOf } from "./wanted.ts";

/** One instance that answers calls, and what it was made from. */
export interface Serving {
  instance: Instance;
  built: Built;
  reloads: number;
  /** The files it was started from were mended since. */
  stale: boolean;
}

interface TimedPhase {
  report: Phase;
  /** Its start, as `performance.now()` tells time. */
  since: number;
}

/** All that is known of one plugin: the record on disk, its processes, and what happened. Has no will of its own. */
export class PluginState {
  readonly id: string;
  record: PluginRecord;
  desired: DesiredPlugin | undefined;
  /** Why all plugins are held, where they are. */
  hold: Hold | undefined;
  /** A file of its own is on disk. */
  isRecorded: boolean;
  /** Settings outlive the wish: an uninstall drains by them. */
  settings: PluginSettings | undefined;
  serving: Serving[] = [];
  /** Ready, without calls, to take the place of one that ends; among `others` too. */
  spare: Serving | undefined;
  /** Starting, waiting as spare, or letting their last calls end; with what each was made from. */
  others = new Map<Instance, Built>();
  /** The step being taken, for the route and the log. */
  step: Step["do"] | undefined;
  /** Fetch this commit where the branch may have moved on: lost files are mended, not updated. */
  pinnedCommit: string | undefined;
  /** Look at the files on disk before the next step; `deep` reads them all. */
  verify: "no" | "glance" | "deep" = "deep";
  failures: { update?: Failure; run?: Failure } = {};
  /** Crashes and failed restarts in a row. */
  crashes = 0;
  restarts = 0;
  checkedConfig: string | undefined;
  /** Stopped because no call came; the next one ends that. */
  resting = false;
  /** When a call was seen last (as `performance.now()` tells time), and how many there had been then. */
  lastCall: { atMs: number; calls: number } | undefined;
  configProblems: string[] = [];
  configWarnings: string[] = [];
  #conditions: Conditions;
  #phases: TimedPhase[] = [];
  #sequence: number;
  #updatedAt = new Date();
  readonly #logger: Logger;
  readonly #onChange: (state: PluginState) => void;

  constructor(
    id: string,
    record: PluginRecord | undefined,
    {
      logger,
      onChange,
      lastSequence,
    }: { logger: Logger; onChange: (state: PluginState) => void; lastSequence: number },
  ) {
    this.id = id;
    this.#sequence = lastSequence;
    this.record = record ?? emptyRecord(id);
    this.isRecorded = record !== undefined;
    this.#conditions = initialConditions(new Date().toISOString());
    this.resting = this.record.restingWith !== undefined;
    this.checkedConfig = this.record.restingWith;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** Grows with each change, so that a repeated report is known as one; goes on where an earlier life of the id ended. */
  get sequence(): number {
    return this.#sequence;
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  get wanted(): Wanted | undefined {
    const { desired, record, hold } = this;
    return desired && wantedOf(desired, { localReloads: record.localReloads, held: hold !== undefined });
  }

  /** It was not wanted since this server knows of it, and nothing of it is on disk: it can be forgotten. */
  get isGone(): boolean {
    return !this.isRecorded && this.settings === undefined;
  }

  /** What serves, and the spare. */
  get alive(): Serving[] {
    return this.spare ? [...this.serving, this.spare] : this.serving;
  }

  /** What went wrong last: on the way to what is wanted, or of what ended and does not serve yet. */
  get hindrance(): Failure | undefined {
    const { update, run } = this.failures;
    return this.serving.length === 0 ? (run ?? update) : update;
  }

  /** The reported failure: the hindrance, or that all plugins are held. */
  get failure(): PluginFailure | undefined {
    if (this.hold && this.desired?.enabled) return heldFailure(this.hold);
    return this.hindrance?.report;
  }

  setCondition(next: Omit<Condition, "since">): void {
    const before = this.#conditions;
    this.#conditions = withCondition(before, next, new Date().toISOString());
    if (this.#conditions === before) return;
    const { type, status, reason, message } = next;
    this.#logger.debug({ condition: type, conditionStatus: status, reason, message }, "a condition changed");
    this.changed();
  }

  /** Starts timing a phase; a phase of the same name and the ones after it are forgotten. */
  beginPhase(name: Phase["name"]): void {
    const order: Phase["name"][] = ["fetch", "environment", "start", "ready"];
    this.#phases = this.#phases.filter(({ report }) => order.indexOf(report.name) < order.indexOf(name));
    this.#phases.push({ report: { name, startedAt: new Date().toISOString() }, since: performance.now() });
    this.changed();
  }

  endPhase(name: Phase["name"], { reused }: { reused?: boolean } = {}): void {
    const phase = this.#phases.find(({ report }) => report.name === name);
    if (!phase) return;
    phase.report.durationMs = Math.round(performance.now() - phase.since);
    if (reused) phase.report.reused = true;
    this.changed();
  }

  /** A failure ends the phase that it happened in. */
  endOpenPhases(): void {
    for (const { report } of this.#phases) if (report.durationMs === undefined) this.endPhase(report.name);
  }

  /** Something that reports show has changed. */
  changed(): void {
    this.#updatedAt = new Date();
    this.#sequence += 1;
    this.#onChange(this);
  }

  /** What there is, as `plan` sees it at this moment of `performance.now()`. */
  actual(nowMs: number): Actual {
    const { fetched, prepared, good } = this.record;
    const { update, run } = this.failures;
    const { spare, lastCall } = this;
    // Those that are to be replaced come first.
    const first = this.serving[0];
    return {
      nowMs,
      exists: !this.isGone,
      kept: runnableReleases(this.record),
      ...(fetched && { fetched }),
      ...(prepared && { prepared }),
      ...(good && { good }),
      ...(first && {
        serving: {
          ...first.built,
          reloads: first.reloads,
          ready: this.serving.length,
          stale: this.serving.some(({ stale }) => stale),
        },
      }),
      ...(spare && { spare: { ...spare.built, reloads: spare.reloads, stale: spare.stale } }),
      ...(lastCall && { lastCallAtMs: lastCall.atMs }),
      resting: this.resting,
      misconfigured: this.configProblems.length > 0,
      ...(this.checkedConfig !== undefined && { checkedConfig: this.checkedConfig }),
      failures: { ...(update && { update: update.block }), ...(run && { run: run.block }) },
    };
  }

  /** The report as it is now. */
  report(): PluginReport {
    const { record, serving, others, failure, desired } = this;
    const built = serving[0]?.built ?? record.prepared ?? record.good;
    const name = record.manifest?.name ?? record.name;
    const version = record.manifest?.version ?? built?.facts.version;
    const signature = built && record.origins[built.release]?.signature;
    return {
      id: this.id,
      ...(name !== undefined && { name }),
      ...(version !== undefined && { version }),
      status: statusOf(this.#conditions),
      sequence: this.#sequence,
      generation: desired?.generation ?? record.observedGeneration,
      observedGeneration: record.observedGeneration,
      conditions: Object.values(this.#conditions),
      phases: this.#phases.map(({ report }) => ({ ...report })),
      ...(failure && { failure }),
      configProblems: this.configProblems,
      warnings: this.#warnings(built),
      ...(built && buildReport(built, serving[0]?.instance)),
      ...(record.fetched?.commit !== undefined && { commit: record.fetched.commit }),
      ...(signature && { signature }),
      releases: keptReleases(record),
      instances: [...serving.map(({ instance }) => instance), ...others.keys()].map((instance) =>
        instanceReport(instance, { isSpare: instance === this.spare?.instance }),
      ),
      restarts: this.restarts,
      ...(record.manifest && { manifest: record.manifest }),
      updatedAt: this.#updatedAt.toISOString(),
    };
  }

  #warnings(built: Built | undefined): string[] {
    const { fetched } = this.record;
    const all = [
      ...(fetched?.warnings ?? []),
      ...(built?.facts.warnings ?? []),
      ...(built?.facts.sdk.warnings ?? []),
      ...(built?.prepared.warnings ?? []),
      ...this.configWarnings,
    ];
    return [...new Set(all)];
  }
}

/** Why a held plugin does not run, in the form that everything that shows a failure knows. */
function heldFailure({ reason, since }: Hold): PluginFailure {
  return { code: "plugins_held", stage: "run", message: `All plugins are held: ${reason}`, at: since };
}

/** What runs tells its transport itself: the installed SDK may differ from the expected one. */
function buildReport(
  { release, environment, facts, prepared, engine }: Built,
  instance: Instance | undefined,
): Partial<PluginReport> {
  return {
    release,
    environment,
    python: prepared.python,
    node: prepared.node,
    engine,
    transport: instance?.transport ?? facts.transport,
    sdk: facts.sdk,
    ...(instance?.isolation && { isolation: instance.isolation }),
    ...(instance?.isolationMissing && { isolationMissing: instance.isolationMissing }),
  };
}

function instanceReport(
  { pid, port, state, startedAt }: Instance,
  { isSpare }: { isSpare: boolean },
): PluginReport["instances"][number] {
  return {
    pid,
    ...(isSpare && { spare: true }),
    ...(port !== undefined && { port }),
    state,
    startedAt: startedAt.toISOString(),
  };
}
