import type { Command } from "commander";
import type { AgainOptions } from "../runs/again.ts";
import type { ListRunsOptions } from "../runs/list.ts";
import type { DecideOptions } from "../runs/waits.ts";
import { type CommandEnvironment, define, group } from "./define.ts";

export function addRunCommands(program: Command, environment: CommandEnvironment): void {
  const run = group(program, "run", "look at runs of workflows and say how they go on");
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
  addHoldCommands(run, environment);
  addAgainCommands(run, environment);
  addWaitCommands(run, environment);
}

/** Pause and resume. */
function addHoldCommands(run: Command, environment: CommandEnvironment): void {
  const words = [
    ["pause", "start nothing more of a run; what is under way ends"],
    ["resume", "let a paused run go on where it was"],
  ] as const;
  for (const [word, summary] of words)
    define(run, environment, {
      syntax: `${word} <id>`,
      summary,
      examples: [`noxus run ${word} 0199d2a4-…`],
      run: async (context, [id = ""]) => (await import("../runs/change.ts")).changeRun(context, id, word),
    });
}

/** Runs that come out of a run that has ended. */
function addAgainCommands(run: Command, environment: CommandEnvironment): void {
  const input = [
    "--input <key=value>",
    "instead of the old run's value; key=@file, key:=JSON",
    "many",
  ] as const;
  const follow = ["-f, --follow", "follow the new run to its end and print its output"] as const;
  define<AgainOptions>(run, environment, {
    syntax: "restart <id>",
    summary: "start a run that keeps what an ended one has finished",
    examples: ["noxus run restart 0199d2a4-… --follow", "noxus run restart 0199d2a4-… --from send-mail"],
    options: [["--from <node>", "this node, by its id, and all that depends on it once more"], input, follow],
    run: async (context, [id = ""], options) =>
      (await import("../runs/again.ts")).runAgain(context, id, { ...options, word: "restart" }),
  });
  define<AgainOptions>(run, environment, {
    syntax: "replay <id>",
    summary: "run the same version of the workflow once more from its beginning",
    examples: ['noxus run replay 0199d2a4-… --input text="Another text."'],
    options: [input, follow],
    run: async (context, [id = ""], options) =>
      (await import("../runs/again.ts")).runAgain(context, id, { ...options, word: "replay" }),
  });
}

/** What runs wait for, and deciding it. */
function addWaitCommands(run: Command, environment: CommandEnvironment): void {
  define(run, environment, {
    syntax: "waits <id>",
    summary: "list what the nodes of a run wait for",
    examples: ["noxus run waits 0199d2a4-…"],
    run: async (context, [id = ""]) => (await import("../runs/waits.ts")).listWaits(context, id),
  });
  for (const word of ["approve", "reject"] as const)
    define<DecideOptions>(run, environment, {
      syntax: `${word} <id> <node>`,
      summary: `${word} what a node of a run asks`,
      examples: [`noxus run ${word} 0199d2a4-… ask --comment "Seen by Ada."`],
      options: [
        ["--comment <text>", "kept with the decision, and given to the workflow"],
        ["--item <place>", "which one, where the node asks once for each item of a list"],
      ],
      run: async (context, words, options) =>
        (await import("../runs/waits.ts")).decideWait(context, words, { ...options, word }),
    });
}
