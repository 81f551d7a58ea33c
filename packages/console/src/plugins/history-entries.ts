import type { PluginFailure, PluginHappening } from "@noxus/contracts";

/** `failed`: it ended, or did not start; `held`: all plugins are; the others as the platform calls them. */
export type HistoryKind =
  | Exclude<PluginHappening["type"], "status">
  | "running"
  | "missing_config"
  | "failed"
  | "held";

/** What happened once, or several times without anything else between. */
export interface HistoryEntry {
  /** Of the oldest that is folded: it stays while newer ones come. */
  id: number;
  kind: HistoryKind;
  /** Newest and oldest. */
  at: string;
  since: string;
  times: number;
  version?: string | undefined;
  commit?: string | undefined;
  /** What ran before, where that was something else. */
  was?: { version?: string | undefined; commit?: string | undefined };
  changed: string[];
  problems: string[];
  /** The newest. */
  failure?: PluginFailure;
}

/** A plugin's history as a person reads it: newest first, the same thing again and again told once. */
export function historyEntries(happenings: readonly PluginHappening[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const happening of happenings) {
    const entry = toEntry(happening);
    const newer = entries.at(-1);
    if (!entry) continue;
    if (newer && samenessOf(newer) === samenessOf(entry))
      entries[entries.length - 1] = { ...newer, id: entry.id, since: entry.at, times: newer.times + 1 };
    else entries.push(entry);
  }
  return withFormer(entries);
}

function toEntry(happening: PluginHappening): HistoryEntry | undefined {
  const kind = kindOf(happening);
  if (!kind) return undefined;
  const { id, at, version, commit, failure, changed = [], configProblems: problems = [] } = happening;
  const entry = { id, kind, at, since: at, times: 1, version, commit, changed, problems };
  return failure ? { ...entry, failure } : entry;
}

function kindOf({ type, status, failure }: PluginHappening): HistoryKind | undefined {
  if (type !== "status") return type;
  if (failure) return failure.code === "plugins_held" ? "held" : "failed";
  if (status === "running" || status === "missing_config" || status === "uninstalled") return status;
  return undefined;
}

/** Messages differ by how long it lived; what counts is how it ended. */
function samenessOf({ kind, version, commit, changed, problems, failure }: HistoryEntry): string {
  const ended = failure && [failure.code, failure.stage, failure.exitCode, failure.signal];
  const ran = kind === "running" && [version, commit];
  return JSON.stringify([kind, ended, ran, changed, problems]);
}

/** Says of each start that brought another version or commit what was there before. */
function withFormer(entries: HistoryEntry[]): HistoryEntry[] {
  let former: HistoryEntry | undefined;
  return entries
    .toReversed()
    .map((entry) => {
      if (entry.kind !== "running") return entry;
      const was = former;
      former = entry;
      const isOther = was && (was.version !== entry.version || was.commit !== entry.commit);
      return isOther ? { ...entry, was: { version: was.version, commit: was.commit } } : entry;
    })
    .toReversed();
}
