import type { PluginHappening } from "@noxus/contracts";

/** `failed`: it ended, or did not start; `held`: all plugins are; the others as the platform calls them. */
export type HistoryKind =
  | Exclude<PluginHappening["type"], "status">
  | "running"
  | "missing_config"
  | "failed"
  | "held";

type Build = Pick<PluginHappening, "version" | "commit">;

export interface HistoryEntry extends PluginHappening {
  kind: HistoryKind;
  /** What ran before, where that was something else. */
  was?: Build;
}

/** A plugin's history as a person reads it, newest first. */
export function historyEntries(happenings: readonly PluginHappening[]): HistoryEntry[] {
  const entries = happenings.flatMap((happening): HistoryEntry[] => {
    const kind = kindOf(happening);
    return kind ? [{ ...happening, kind }] : [];
  });
  return withFormer(entries);
}

function kindOf({ type, status, failure }: PluginHappening): HistoryKind | undefined {
  if (type !== "status") return type;
  if (failure) return failure.code === "plugins_held" ? "held" : "failed";
  if (status === "running" || status === "missing_config" || status === "uninstalled") return status;
  return undefined;
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
      return isOther ? { ...entry, was: buildOf(was) } : entry;
    })
    .toReversed();
}

function buildOf({ version, commit }: Build): Build {
  return { ...(version && { version }), ...(commit && { commit }) };
}
