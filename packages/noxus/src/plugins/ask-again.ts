import type { Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { type ChangeOptions, showPlanOf } from "./plan.ts";
import { pluginPath } from "./show.ts";
import { arrive, printArrival } from "./wait.ts";

export interface Asked {
  verb: "reload" | "retry" | "rollback" | "update";
  body?: Record<string, string | undefined>;
}

/** Asks for another start or another release, and follows the plugin until it runs. */
export async function askAgain(
  context: CommandContext,
  name: string,
  { verb, body }: Asked,
  options: ChangeOptions,
): Promise<void> {
  const client = context.connect();
  const before = await client.request<Plugin>(pluginPath(name));
  const path = `/v1/plugins/${before.id}/${verb}`;
  const request = { method: "POST", ...(body && { body }) };
  if (options.dryRun) return showPlanOf(context, path, request);
  const plugin = await client.request<Plugin>(path, request);
  printArrival(context, await arrive(context, plugin, { ...options, before }));
}
