import type { PluginPlan } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import type { WaitOptions } from "./wait.ts";

/** Options of commands that change what is wanted of a plugin. */
export interface ChangeOptions extends WaitOptions {
  dryRun?: boolean;
}

/** Prints what plugin servers would do next, for every plugin. */
export async function showPlan(context: CommandContext): Promise<void> {
  printPlan(context, await context.connect().request<PluginPlan>("/v1/plugin-servers/plan"));
}

/** Asks for a change without making it, and prints what it would bring. */
export async function showPlanOf(
  context: CommandContext,
  path: string,
  request: { method: string; body?: unknown },
): Promise<void> {
  printPlan(context, await context.connect().request<PluginPlan>(`${path}?dry_run=true`, request));
}

function printPlan({ terminal }: CommandContext, { dry_run, steps }: PluginPlan): void {
  terminal.print({ dry_run, steps }, () => [
    ...steps.map(({ plugin, plugin_id, server, at, why, ...step }) => {
      const when = at ? ` until ${at}` : "";
      return `${plugin ?? plugin_id} on ${server}: ${step.do}${when} (${why})`;
    }),
    ...(steps.length === 0 ? ["Nothing: no plugin server that is alive has anything to do with it."] : []),
    terminal.colors.dim("Nothing was changed."),
  ]);
}
