import type { Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { pluginPath } from "./show.ts";
import { arrive, printArrival, type WaitOptions } from "./wait.ts";

export interface Asked {
  verb: "reload" | "retry" | "rollback" | "update";
  body?: Record<string, string | undefined>;
}

/** Asks for another start or another release, and follows the plugin until it runs. */
export async function askAgain(
  context: CommandContext,
  name: string,
  { verb, body }: Asked,
  options: WaitOptions,
): Promise<void> {
  const client = context.connect();
  const before = await client.request<Plugin>(pluginPath(name));
  const plugin = await client.request<Plugin>(`/v1/plugins/${before.id}/${verb}`, {
    method: "POST",
    ...(body && { body }),
  });
  printArrival(context, await arrive(context, plugin, { ...options, before }));
}
