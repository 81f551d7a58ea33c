import type { NodeDefinition } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";

/** Prints every node that workflows can use. */
export async function listNodes({ connect, terminal, signal }: CommandContext): Promise<void> {
  const nodes = await connect().request<NodeDefinition[]>("/v1/nodes", { signal });
  terminal.print(nodes, () => formatTable(["TYPE", "FROM", "AVAILABLE", "TITLE"], nodes.map(toRow)));
}

function toRow(node: NodeDefinition): string[] {
  return [node.type, originOf(node), node.is_available === false ? "no" : "yes", node.title ?? ""];
}

/** The plugin that a node belongs to. */
export function originOf(node: NodeDefinition): string {
  const plugin = (node as { plugin_name?: unknown }).plugin_name;
  return typeof plugin === "string" ? plugin : "built-in";
}
