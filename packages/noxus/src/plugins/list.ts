import type { Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";

/** Prints every installed plugin with its status. */
export async function listPlugins({ connect, terminal, signal }: CommandContext): Promise<void> {
  const plugins = await connect().list<Plugin>("/v1/plugins", signal);
  const header = ["NAME", "VERSION", "STATUS", "NODES", "SOURCE", "SDK"];
  terminal.print(plugins, () => formatTable(header, plugins.map(toRow)));
  if (plugins.length === 0) terminal.note("No plugin is installed. Try: noxus plugin install --help");
}

function statusWord({ enabled, status, report }: Plugin): string {
  if (!enabled) return "disabled";
  return report?.failure?.code === "plugins_held" ? "held" : status;
}

function toRow(plugin: Plugin): string[] {
  return [
    plugin.name,
    plugin.version ?? "",
    statusWord(plugin),
    String(plugin.nodes.length),
    plugin.source.type,
    plugin.report?.sdk?.release ?? "",
  ];
}
