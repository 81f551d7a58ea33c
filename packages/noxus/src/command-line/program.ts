import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { CommandEnvironment } from "./define.ts";
import { addMarketplaceCommands } from "./marketplace-commands.ts";
import { addNodeCommands } from "./node-commands.ts";
import { addPluginCommands } from "./plugin-commands.ts";
import { addProgramCommands } from "./program-commands.ts";
import { addRunCommands } from "./run-commands.ts";
import { addTriggerCommands } from "./trigger-commands.ts";
import { addWorkflowCommands } from "./workflow-commands.ts";

/** The version in the package's own package.json, two folders up from source and from built files alike. */
export function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** All commands. What a command does is loaded when it runs, so that `--help` stays quick. */
export function buildProgram(environment: CommandEnvironment): Command {
  const program = new Command("noxus")
    .description(
      "An open plugin platform: install plugins, run each in a process of its own, build workflows from their nodes.",
    )
    .version(ownVersion())
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText(
      "after",
      "\nExample:\n  $ npx noxus start\n\n`noxus COMMAND --help` shows an example of each command.",
    );
  addProgramCommands(program, environment);
  addPluginCommands(program, environment);
  addMarketplaceCommands(program, environment);
  addNodeCommands(program, environment);
  addWorkflowCommands(program, environment);
  addRunCommands(program, environment);
  addTriggerCommands(program, environment);
  return program;
}
