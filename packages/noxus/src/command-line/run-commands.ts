import type { Command } from "commander";
import type { ListRunsOptions } from "../runs/list.ts";
import { type CommandEnvironment, define, group } from "./define.ts";

export function addRunCommands(program: Command, environment: CommandEnvironment): void {
  const run = group(program, "run", "look at runs of workflows");
  define<ListRunsOptions>(run, environment, {
    syntax: "list",
    summary: "list runs, newest first",
    examples: ["noxus run list --limit 5"],
    options: [
      ["--workflow <name>", "only runs of this workflow"],
      ["--limit <count>", "how many (20)"],
    ],
    run: async (context, _words, options) => (await import("../runs/list.ts")).listRuns(context, options),
  });
  define(run, environment, {
    syntax: "show <id>",
    summary: "show a run with its output",
    examples: ["noxus run show 0199d2a4-…"],
    run: async (context, [id = ""]) => (await import("../runs/show.ts")).showRun(context, id),
  });
  define(run, environment, {
    syntax: "follow <id>",
    summary: "follow a run to its end",
    examples: ["noxus run follow 0199d2a4-…"],
    run: async (context, [id = ""]) => (await import("../runs/follow.ts")).followRun(context, id),
  });
  define(run, environment, {
    syntax: "cancel <id>",
    summary: "stop a run",
    examples: ["noxus run cancel 0199d2a4-…"],
    run: async (context, [id = ""]) => (await import("../runs/cancel.ts")).cancelRun(context, id),
  });
}
