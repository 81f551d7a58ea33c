import type { Command } from "commander";
import type { CreateOptions } from "../workflows/create.ts";
import type { RunWorkflowOptions } from "../workflows/run.ts";
import { type CommandEnvironment, define, group } from "./define.ts";

export function addWorkflowCommands(program: Command, environment: CommandEnvironment): void {
  const workflow = group(program, "workflow", "create and run workflows");
  define<CreateOptions>(workflow, environment, {
    syntax: "create <file>",
    summary: "create a workflow from a JSON file",
    examples: ["noxus workflow create article-card.json"],
    options: [["--replace", "put it in the place of the workflow of the same name"]],
    run: async (context, [file = ""], options) =>
      (await import("../workflows/create.ts")).createWorkflow(context, file, options),
  });
  addReading(workflow, environment);
  define<RunWorkflowOptions>(workflow, environment, {
    syntax: "run <name-or-file>",
    summary: "run a workflow, by its name or id, or straight from a JSON file",
    examples: [
      'noxus workflow run article-card --input text="Some text." --follow',
      "noxus workflow run table-report --input table=@sales.csv --follow",
    ],
    options: [
      ["-i, --input <key=value>", "an input: key=text, key:=JSON, or key=@file (uploaded)", "many"],
      ["-f, --follow", "follow the run to its end and print its output"],
    ],
    run: async (context, [name = ""], options) =>
      (await import("../workflows/run.ts")).runWorkflow(context, name, options),
  });
}

function addReading(workflow: Command, environment: CommandEnvironment): void {
  define(workflow, environment, {
    syntax: "list",
    summary: "list workflows",
    examples: ["noxus workflow list"],
    run: async (context) => (await import("../workflows/list.ts")).listWorkflows(context),
  });
  define(workflow, environment, {
    syntax: "show <name>",
    summary: "print a workflow as JSON, fit for `workflow create`",
    examples: ["noxus workflow show article-card > article-card.json"],
    run: async (context, [name = ""]) => (await import("../workflows/show.ts")).showWorkflow(context, name),
  });
  define(workflow, environment, {
    syntax: "limit <name> <count>",
    summary: "execute so many of its runs at once, or `none` for no limit",
    examples: ["noxus workflow limit table-report 2"],
    run: async (context, words) => (await import("../workflows/limit.ts")).limitWorkflow(context, words),
  });
  define(workflow, environment, {
    syntax: "delete <name>",
    summary: "delete a workflow",
    examples: ["noxus workflow delete article-card"],
    run: async (context, [name = ""]) =>
      (await import("../workflows/delete.ts")).deleteWorkflow(context, name),
  });
}
