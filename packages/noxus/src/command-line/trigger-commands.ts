import type { Command } from "commander";
import type { ScheduleOptions, TriggerOptions } from "../triggers/create.ts";
import type { TriggerKind } from "../triggers/trigger-record.ts";
import { type CommandEnvironment, define, group, type OptionDefinition } from "./define.ts";

const inputOptions: readonly OptionDefinition[] = [
  ["-i, --input <key=value>", "a fixed input of the runs: key=text, key:=JSON, or key=@file", "many"],
  ["--event-input <name>", "the workflow's input that gets the whole event"],
];

/** What starts workflows by itself: `schedule`, `webhook` and `trigger`. */
export function addTriggerCommands(program: Command, environment: CommandEnvironment): void {
  addSchedule(group(program, "schedule", "start workflows at times"), environment);
  addWebhook(group(program, "webhook", "start workflows by signed requests"), environment);
  addTrigger(group(program, "trigger", "start workflows by what plugins' triggers find"), environment);
}

function addSchedule(schedule: Command, environment: CommandEnvironment): void {
  define<ScheduleOptions>(schedule, environment, {
    syntax: "create <workflow>",
    summary: "start a workflow at the times of a cron expression",
    examples: ['noxus schedule create table-report --cron "0 9 * * 1-5" --timezone Europe/Lisbon'],
    options: [
      ["--cron <expression>", "minute hour day month weekday"],
      ["--timezone <zone>", "whose local time it is (this machine's)"],
      ["--missed <policy>", "times at which no platform ran: skip, once for all of them, or all (once)"],
      ["--max-missed <count>", "with all, so many at most (10)"],
      ...inputOptions,
    ],
    run: async (context, [workflow = ""], options) =>
      (await import("../triggers/create.ts")).createSchedule(context, workflow, options),
  });
  addRest(schedule, environment, "schedule");
}

function addWebhook(webhook: Command, environment: CommandEnvironment): void {
  define<TriggerOptions>(webhook, environment, {
    syntax: "create <workflow>",
    summary: "make an address whose signed requests start a workflow",
    examples: ["noxus webhook create table-report"],
    options: inputOptions,
    run: async (context, [workflow = ""], options) =>
      (await import("../triggers/create.ts")).createWebhook(context, workflow, options),
  });
  define(webhook, environment, {
    syntax: "rotate <id>",
    summary: "make a new secret; the old one ends",
    examples: ["noxus webhook rotate 5f2c81d0"],
    run: async (context, [id = ""]) => (await import("../triggers/change.ts")).rotateSecret(context, id),
  });
  addRest(webhook, environment, "webhook");
}

function addTrigger(trigger: Command, environment: CommandEnvironment): void {
  define<TriggerOptions>(trigger, environment, {
    syntax: "create <workflow> <type>",
    summary: "start a workflow by a plugin's trigger",
    examples: ["noxus trigger create table-report new_file --config folder=inbox --every 60"],
    options: [
      ["-c, --config <key=value>", "a setting of the trigger: key=text or key:=JSON", "many"],
      ["--every <seconds>", "between two polls (the trigger's own)"],
      ...inputOptions,
    ],
    run: async (context, words, options) =>
      (await import("../triggers/create.ts")).createTrigger(context, words, options),
  });
  addRest(trigger, environment, undefined);
}

/** What is the same for all of them; `trigger` shows every kind. */
function addRest(parent: Command, environment: CommandEnvironment, kind: TriggerKind | undefined): void {
  const name = parent.name();
  define(parent, environment, {
    syntax: "list",
    summary: kind ? `list ${kind}s, with why one fails` : "list schedules, webhooks and plugins' triggers",
    examples: [`noxus ${name} list`],
    run: async (context) => (await import("../triggers/list.ts")).listTriggers(context, kind),
  });
  define(parent, environment, {
    syntax: "events <id>",
    summary: "show what it has received, and the run that came of it",
    examples: [`noxus ${name} events 5f2c81d0`],
    run: async (context, [id = ""]) => (await import("../triggers/events.ts")).listEvents(context, id),
  });
  for (const [word, enabled] of [
    ["pause", false],
    ["resume", true],
  ] as const)
    define(parent, environment, {
      syntax: `${word} <id>`,
      summary: enabled ? "let it go on; what passed meanwhile is not made up for" : "let it start nothing",
      examples: [`noxus ${name} ${word} 5f2c81d0`],
      run: async (context, [id = ""]) =>
        (await import("../triggers/change.ts")).enableTrigger(context, id, enabled),
    });
  define(parent, environment, {
    syntax: "delete <id>",
    summary: "delete it; its runs stay",
    examples: [`noxus ${name} delete 5f2c81d0`],
    run: async (context, [id = ""]) => (await import("../triggers/change.ts")).deleteTrigger(context, id),
  });
}
