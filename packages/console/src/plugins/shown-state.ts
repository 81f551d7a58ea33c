import type { Plugin } from "@noxus/contracts";

/**
 * The status as people should read it: `held` where all plugins are, which the platform calls an error because calls are
 * refused; `idle` where it runs without a process until somebody calls it.
 */
export function shownState({ status, source, report }: Pick<Plugin, "status" | "source" | "report">): string {
  if (report?.failure?.code === "plugins_held") return "held";
  const hasProcesses = source.type !== "remote" && report !== null;
  return status === "running" && hasProcesses && report.instances.length === 0 ? "idle" : status;
}
