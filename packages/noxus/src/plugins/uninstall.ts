import { setTimeout as delay } from "node:timers/promises";
import { isNoxusError, type Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { type ChangeOptions, showPlanOf } from "./plan.ts";
import { pluginPath } from "./show.ts";
import type { WaitOptions } from "./wait.ts";

/** Removes a plugin and waits until its servers have. */
export async function uninstallPlugin(
  context: CommandContext,
  name: string,
  options: ChangeOptions,
): Promise<void> {
  const { terminal } = context;
  const client = context.connect();
  const plugin = await client.request<Plugin>(pluginPath(name));
  const path = `/v1/plugins/${plugin.id}`;
  if (options.dryRun) return showPlanOf(context, path, { method: "DELETE" });
  await client.request(path, { method: "DELETE" });
  const gone = options.wait === false ? false : await waitUntilGone(context, plugin.id, options);
  const status = gone ? "uninstalled" : "uninstalling";
  terminal.out(
    terminal.json
      ? JSON.stringify({ id: plugin.id, name: plugin.name, status })
      : `${plugin.name} is ${status}.`,
  );
}

/** The record goes when every server has reported; one that is away reports when it is back. */
async function waitUntilGone(
  { connect, signal, terminal }: CommandContext,
  id: string,
  options: WaitOptions,
): Promise<boolean> {
  const deadline = Date.now() + Number(options.timeout ?? 60) * 1000;
  terminal.rewrite("  waiting for the plugin server");
  while (Date.now() < deadline) {
    const plugin = await readIfThere(() => connect().request<Plugin>(`/v1/plugins/${id}`, { signal }));
    if (!plugin || plugin.status === "uninstalled") {
      terminal.rewrite(undefined);
      return true;
    }
    await delay(100, undefined, { signal });
  }
  terminal.rewrite(undefined);
  return false;
}

async function readIfThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNoxusError(error) && error.status === 404) return undefined;
    throw error;
  }
}
