import { NoxusError, type Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readAssignments } from "./assignments.ts";
import { type ChangeOptions, showPlanOf } from "./plan.ts";
import { pluginPath } from "./show.ts";
import { arrive, printArrival } from "./wait.ts";

/** Changes the keys that are named, and follows the plugin until it runs with them. Without any, prints what there is. */
export async function configurePlugin(
  context: CommandContext,
  [name = "", ...words]: string[],
  options: ChangeOptions,
): Promise<void> {
  const client = context.connect();
  const plugin = await client.request<Plugin>(pluginPath(name));
  if (words.length === 0) {
    printFields(context, plugin);
    return;
  }
  const fields = plugin.report?.manifest?.config ?? {};
  refuseUnknown(
    plugin,
    words.map((word) => word.split("=")[0] ?? ""),
    Object.keys(fields),
  );
  const config = await readAssignments(context, words, fields);
  const path = `/v1/plugins/${plugin.id}`;
  const request = { method: "PATCH", body: { config } };
  if (options.dryRun) return showPlanOf(context, path, request);
  const changed = await client.request<Plugin>(path, request);
  printArrival(context, await arrive(context, changed, { ...options, before: plugin }));
}

/** A manifest without any field may be one that is not known yet. */
function refuseUnknown(plugin: Plugin, keys: string[], known: string[]): void {
  const unknown = keys.filter((key) => !known.includes(key) && !(key in plugin.config));
  if (unknown.length === 0 || !plugin.report?.manifest) return;
  const have = known.length > 0 ? `It has: ${known.join(", ")}` : "It has none";
  throw new NoxusError(
    "plugin_config_invalid",
    `${plugin.name} has no configuration field ${unknown.join(", ")}. ${have}.`,
    {
      fields: unknown.map((path) => ({ path, message: "is no field of the manifest" })),
    },
  );
}

function printFields({ terminal }: CommandContext, plugin: Plugin): void {
  const fields = plugin.report?.manifest?.config ?? {};
  terminal.print({ config: plugin.config, fields }, () =>
    Object.entries(fields).map(([key, field]) => {
      const value = key in plugin.config ? JSON.stringify(plugin.config[key]) : "(not set)";
      return `${key} = ${value}  ${[field.type, field.display?.label].filter(Boolean).join(", ")}`;
    }),
  );
  if (Object.keys(fields).length === 0) terminal.note(`${plugin.name} has no configuration.`);
}
