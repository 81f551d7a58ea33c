/**
 * What to do next for one plugin: a pure function of what is wanted and what is there. It is asked again after every
 * step, so each answer is one step; nothing here is remembered, and the same two inputs always give the same answer.
 *
 * Its times are milliseconds of `performance.now()`, which no setting of the machine's clock moves.
 *
 *     wanted ──▶ fetch ──▶ prepare ──▶ start ────┐
 *                            (something serves)  ├──▶ reconfigure ──▶ nothing
 *                          └──▶ replace ─────────┘
 *     pinned to a release that is on disk ──▶ recall instead of fetch
 *     idle          ──▶ drain, rest (no process) ── a call ──▶ start · a spare is wanted ──▶ start-spare
 *     a step failed ──▶ wait-until (again later), or nothing (before something changes it makes no sense)
 *     crashed       ──▶ start · switched off ──▶ stop · not in the list any more ──▶ uninstall
 */
export type Step =
  /** Copy the source into a release. */
  | { do: "fetch"; why: string }
  /** Take a release that ran before, and is still on disk, for what was fetched. */
  | { do: "recall"; why: string }
  /** Read the release's facts and make its environment. */
  | { do: "prepare"; why: string }
  /** Start one more instance: of what is wanted, or of what served last. */
  | { do: "start"; which: Which; why: string }
  /** Start what is wanted beside what serves, switch when it is healthy, drain the old. */
  | { do: "replace"; why: string }
  /** Check the configuration against the running plugin. */
  | { do: "reconfigure"; why: string }
  /** Take one instance too many out and let its calls end. */
  | { do: "drain"; why: string }
  /** The plugin is switched off or held: no process, everything on disk stays. */
  | { do: "stop"; why: string }
  /** No call for long: the last process ends, and the next call starts one. */
  | { do: "rest"; why: string }
  /** Start one more that waits to take another one's place. */
  | { do: "start-spare"; why: string }
  /** End the spare: none is wanted, or another than this one. */
  | { do: "drop-spare"; why: string }
  | { do: "uninstall"; why: string }
  | { do: "wait-until"; atMs: number; why: string }
  /** `settled`: what runs is what is wanted (until `untilMs`). Otherwise something has to change first. */
  | { do: "nothing"; settled: boolean; why: string; untilMs?: number };

export type Which = "wanted" | "good";

/** A plugin's desired state, reduced to what decides the next step. */
export interface Wanted {
  enabled: boolean;
  /** All plugins are: nothing is begun, nothing runs; only an uninstall goes on. */
  held: boolean;
  /** Names generation and reloads: a failure counts only for the ones that it happened with. */
  key: string;
  /** Fingerprint of the source without its credentials. */
  sourceKey: string;
  /** The same with its credentials. */
  exactSourceKey: string;
  /** Whether the same source may give other content later (a branch, a newest version, a local folder). */
  movable: boolean;
  reloads: number;
  /** The one release that may run. */
  release?: string;
  /** Fingerprint of the settings that a process is started with. */
  settingsKey: string;
  configKey: string;
  replicas: number;
  /** Without a call for so long it is idle; 0: never. */
  idleAfterMs: number;
  /** Processes that it has while it is idle. */
  idleReplicas: number;
  warmSpare: boolean;
}

/** A release with its environment and settings: all that makes one process like another. */
export interface Build {
  release: string;
  environment: string;
  settingsKey: string;
}

/** Why something must not be tried now. Without `retryAtMs`: not before something changes. */
export interface Block {
  wantedKey: string;
  retryAtMs?: number;
}

export interface Actual {
  nowMs: number;
  /** Anything of the plugin is on disk or in the process table. */
  exists: boolean;
  fetched?: { sourceKey: string; reloads: number; release: string };
  /** Releases that ran and are still on disk. */
  kept?: readonly string[];
  /** The build made from what was fetched. */
  prepared?: Build;
  /** The build that was ready last. */
  good?: Build;
  /** What answers calls now. `stale`: its files changed under it. */
  serving?: Build & { reloads: number; ready: number; stale: boolean };
  /** The process that waits to take another one's place. */
  spare?: Build & { reloads: number; stale: boolean };
  /** When a call was seen last; of what serves only. */
  lastCallAtMs?: number;
  /** It has no process because it was idle, and no call has come since. */
  resting?: boolean;
  /** Its configuration keeps it from working. */
  misconfigured?: boolean;
  /** The configuration (and process) that was checked last. */
  checkedConfig?: string;
  /** `update`: on the way to what is wanted. `run`: what served and ended. */
  failures: { update?: Block; run?: Block };
}

export function plan(wanted: Wanted | undefined, actual: Actual): Step {
  if (!wanted)
    return actual.exists
      ? { do: "uninstall", why: "it is not in the list any more" }
      : nothing("it is neither wanted nor there");
  const isThere = actual.serving !== undefined || actual.spare !== undefined;
  if (!wanted.enabled)
    return isThere ? { do: "stop", why: "it is switched off" } : settled("it is switched off");
  if (wanted.held)
    return isThere ? { do: "stop", why: "all plugins are held" } : nothing("all plugins are held");
  return serveMeanwhile(wanted, actual) ?? bringUp(wanted, actual) ?? tend(wanted, actual);
}

/** What served before a change (or before this server's start) serves until what is wanted is ready. */
function serveMeanwhile(wanted: Wanted, actual: Actual): Step | undefined {
  const { good, failures } = actual;
  if (!good || isServing(actual) || isResting(wanted, actual)) return undefined;
  const target = targetOf(wanted, actual);
  if (target && sameBuild(target, good)) return undefined;
  const { update, run } = failures;
  // What crashed before the change that may have been made to mend it waits for that; a crash since then does not.
  const crashedBefore = run !== undefined && run.wantedKey !== wanted.key;
  if (crashedBefore && !blockOf(update, wanted, actual)) return undefined;
  if (blockOf(run, wanted, actual)) return undefined;
  return { do: "start", which: "good", why: "what served last serves until what is wanted is ready" };
}

function bringUp(wanted: Wanted, actual: Actual): Step | undefined {
  if (blockOf(actual.failures.update, wanted, actual)) return undefined;
  const fetchReason = whyFetch(wanted, actual);
  if (fetchReason && wanted.release !== undefined && actual.kept?.includes(wanted.release))
    return { do: "recall", why: "the release that is wanted is still on disk" };
  if (fetchReason) return { do: "fetch", why: fetchReason };
  const target = targetOf(wanted, actual);
  if (!target) return { do: "prepare", why: "the release has no environment for these settings yet" };
  if (isResting(wanted, actual) && isChecked(wanted, actual) && isGood(target, actual)) return undefined;
  if (!isServing(actual))
    return blockOf(actual.failures.run, wanted, actual)
      ? undefined
      : { do: "start", which: "wanted", why: "nothing serves" };
  const replaceReason = whyReplace(target, wanted, actual);
  return replaceReason ? { do: "replace", why: replaceReason } : undefined;
}

/** What serves is looked after; what is wanted is reached, or cannot be tried now. */
function tend(wanted: Wanted, actual: Actual): Step {
  const { failures } = actual;
  const update = blockOf(failures.update, wanted, actual);
  const run = blockOf(failures.run, wanted, actual);
  const step = tendProcesses(wanted, actual, { mayStart: !update && !run });
  if (step) return step;
  const retryAtMs = earliest(update, run);
  if (retryAtMs !== undefined) return { do: "wait-until", atMs: retryAtMs, why: "the last try failed" };
  if (update || run) return nothing("it failed, and only a change makes another try worth while");
  return settled("what runs is what is wanted", idleAtMs(wanted, actual));
}

/** As many as are wanted now, with the configuration looked at, and the spare beside them. */
function tendProcesses(
  wanted: Wanted,
  actual: Actual,
  { mayStart }: { mayStart: boolean },
): Step | undefined {
  const { serving } = actual;
  if (!serving || serving.ready === 0) return undefined;
  const replicas = replicasNow(wanted, actual);
  if (serving.ready > Math.max(1, replicas)) return { do: "drain", why: "fewer replicas are wanted" };
  if (!isChecked(wanted, actual))
    return { do: "reconfigure", why: "the configuration has not been checked with what runs" };
  if (replicas === 0 && mayStart && !actual.misconfigured)
    return { do: "rest", why: "no call came for long" };
  if (serving.ready < replicas && mayStart)
    return { do: "start", which: "good", why: "more replicas are wanted" };
  return tendSpare(wanted, actual, serving, { mayStart });
}

function tendSpare(
  { warmSpare }: Wanted,
  { spare }: Actual,
  serving: NonNullable<Actual["serving"]>,
  { mayStart }: { mayStart: boolean },
): Step | undefined {
  if (spare && !warmSpare) return { do: "drop-spare", why: "no spare is wanted" };
  const isLike = spare && sameBuild(spare, serving) && spare.reloads === serving.reloads && !spare.stale;
  if (spare && !isLike) return { do: "drop-spare", why: "it is not like those that serve any more" };
  if (!spare && warmSpare && mayStart) return { do: "start-spare", why: "a spare is wanted" };
  return undefined;
}

function replicasNow(wanted: Wanted, actual: Actual): number {
  const idleAt = idleAtMs(wanted, actual);
  const isIdle = idleAt !== undefined && idleAt <= actual.nowMs;
  return isIdle ? Math.min(wanted.idleReplicas, wanted.replicas) : wanted.replicas;
}

/** When it becomes idle, or became; not at all where that is not wanted, or nothing serves. */
function idleAtMs({ idleAfterMs }: Wanted, { serving, lastCallAtMs }: Actual): number | undefined {
  return idleAfterMs > 0 && serving && lastCallAtMs !== undefined ? lastCallAtMs + idleAfterMs : undefined;
}

function isResting({ idleAfterMs, idleReplicas }: Wanted, { resting }: Actual): boolean {
  return resting === true && idleAfterMs > 0 && idleReplicas === 0;
}

function isChecked({ configKey }: Wanted, { checkedConfig }: Actual): boolean {
  return checkedConfig === configKey;
}

function isGood(target: Build, { good }: Actual): boolean {
  return good !== undefined && sameBuild(target, good);
}

function whyFetch({ sourceKey, movable, reloads }: Wanted, { fetched }: Actual): string | undefined {
  if (!fetched) return "there is no release of it yet";
  if (fetched.sourceKey !== sourceKey) return "its source changed";
  if (movable && fetched.reloads < reloads) return "a reload was asked for, and its source may have moved";
  return undefined;
}

function whyReplace(target: Build, { reloads }: Wanted, { serving }: Actual): string | undefined {
  if (!serving) return undefined;
  if (!sameBuild(target, serving)) return "another release, environment or setting is wanted";
  if (serving.reloads !== reloads) return "a reload was asked for";
  if (serving.stale) return "its files on disk were mended";
  return undefined;
}

/**
 * Whether a step under way is not worth finishing, because what it was begun for is not wanted any more. `crashed`: what
 * served ended meanwhile and may be started at once, which a long install must not hold up.
 */
export function isOvertaken(
  step: Step["do"],
  before: Wanted,
  now: Wanted | undefined,
  { crashed }: { crashed: boolean },
): boolean {
  if (!now?.enabled || now.held) return step !== "stop" && step !== "uninstall";
  const installing = step === "fetch" || step === "recall" || step === "prepare";
  if (installing && crashed) return true;
  const sourceChanged = before.exactSourceKey !== now.exactSourceKey || before.reloads !== now.reloads;
  if (step === "fetch" || step === "recall") return sourceChanged;
  return (
    (installing || step === "start" || step === "replace" || step === "start-spare") &&
    (sourceChanged || before.settingsKey !== now.settingsKey)
  );
}

/** The build that is wanted, where it is fetched and prepared. */
function targetOf(wanted: Wanted, actual: Actual): Build | undefined {
  const { fetched, prepared } = actual;
  if (!fetched || !prepared || whyFetch(wanted, actual)) return undefined;
  const current = prepared.release === fetched.release && prepared.settingsKey === wanted.settingsKey;
  return current ? prepared : undefined;
}

function isServing({ serving }: Actual): boolean {
  return serving !== undefined && serving.ready > 0;
}

export function sameBuild(a: Build, b: Build): boolean {
  return a.release === b.release && a.environment === b.environment && a.settingsKey === b.settingsKey;
}

/** The block where it holds now: made with the same generation, and its time has not come. */
function blockOf(block: Block | undefined, wanted: Wanted, { nowMs }: Actual): Block | undefined {
  if (!block || block.wantedKey !== wanted.key) return undefined;
  return block.retryAtMs === undefined || block.retryAtMs > nowMs ? block : undefined;
}

function earliest(...blocks: (Block | undefined)[]): number | undefined {
  const times = blocks.flatMap((block) => block?.retryAtMs ?? []);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function settled(why: string, untilMs?: number): Step {
  return { do: "nothing", settled: true, why, ...(untilMs !== undefined && { untilMs }) };
}

function nothing(why: string): Step {
  return { do: "nothing", settled: false, why };
}
