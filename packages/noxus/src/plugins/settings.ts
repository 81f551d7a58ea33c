import { NoxusError, type Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { type ChangeOptions, showPlanOf } from "./plan.ts";
import { pluginPath } from "./show.ts";
import { arrive, printArrival } from "./wait.ts";

/** Changes how a plugin is run (`replicas=2 warmSpare=true`), and follows it until it runs so. Without any, prints what there is. */
export async function changeSettings(
  context: CommandContext,
  [name = "", ...words]: string[],
  options: ChangeOptions,
): Promise<void> {
  const client = context.connect();
  const plugin = await client.request<Plugin>(pluginPath(name));
  if (words.length === 0) {
    const lines = Object.entries(plugin.settings).map(([key, value]) => `${key} = ${value}`);
    context.terminal.print({ settings: plugin.settings }, () => lines);
    return;
  }
  const settings = Object.fromEntries(words.map(readSetting));
  const path = `/v1/plugins/${plugin.id}`;
  const request = { method: "PATCH", body: { settings } };
  if (options.dryRun) return showPlanOf(context, path, request);
  const changed = await client.request<Plugin>(path, request);
  printArrival(context, await arrive(context, changed, { ...options, before: plugin }));
}

/** Numbers and truth values are such, all else is text; the platform says what fits. */
function readSetting(word: string): [name: string, value: unknown] {
  const [name = "", ...rest] = word.split("=");
  const text = rest.join("=");
  if (name === "" || rest.length === 0)
    throw new NoxusError("invalid_request", `A setting is given as name=value, and "${word}" is not.`);
  if (text === "true" || text === "false") return [name, text === "true"];
  return [name, /^\d+$/.test(text) ? Number(text) : text];
}
