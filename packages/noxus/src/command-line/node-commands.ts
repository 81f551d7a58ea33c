import type { Command } from "commander";
import { type CommandEnvironment, define, group } from "./define.ts";

export function addNodeCommands(program: Command, environment: CommandEnvironment): void {
  const node = group(program, "node", "look at the nodes that workflows can use");
  define(node, environment, {
    syntax: "list",
    summary: "list all nodes, built-in ones and those of plugins",
    examples: ["noxus node list"],
    run: async (context) => (await import("../nodes/list.ts")).listNodes(context),
  });
  define(node, environment, {
    syntax: "show <type>",
    summary: "show a node: its inputs, outputs and configuration",
    examples: ["noxus node show SlugNode"],
    run: async (context, [type = ""]) => (await import("../nodes/show.ts")).showNode(context, type),
  });
}
