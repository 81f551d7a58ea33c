import type { Plugin } from "@noxus/contracts";

/**
 * The status as people should read it: `held` where all plugins are, which the platform calls an error because calls are
 * refused; `idle` where it runs without a process until somebody calls it; `off` where it is switched off.
 */
export function shownState({
  status,
  source,
  report,
  enabled,
}: Pick<Plugin, "status" | "source" | "report" | "enabled">): string {
  if (!enabled && status === "uninstalled") return "off";
  if (report?.failure?.code === "plugins_held") return "held";
  const hasProcesses = source.type !== "remote" && report !== null;
  return status === "running" && hasProcesses && report.instances.length === 0 ? "idle" : status;
}
