import type { Command } from "commander";
import type { StartOptions } from "../start/start.ts";
import { type CommandEnvironment, define } from "./define.ts";

/** Commands that run programs, `console`, which lets a browser in, and `doctor`, which looks at them. */
export function addProgramCommands(program: Command, environment: CommandEnvironment): void {
  define<StartOptions>(program, environment, {
    syntax: "start",
    summary: "start everything on this machine: PostgreSQL, platform, worker and plugin server",
    examples: ["noxus start", "noxus start --data /srv/noxus --port 9000 --no-examples"],
    options: [
      ["--port <number>", "the platform's port"],
      ["--host <address>", "the address to listen on (127.0.0.1)"],
      ["--no-examples", "do not install the example plugins and workflows"],
    ],
    run: async (context, _words, options) => (await import("../start/start.ts")).start(context, options),
  });
  for (const [name, summary] of [
    ["platform", "run the platform alone, in the foreground"],
    ["worker", "run a worker alone, in the foreground"],
    ["plugin-server", "run a plugin server alone, in the foreground"],
  ] as const)
    define(program, environment, {
      syntax: name,
      summary: `${summary}; configured by environment variables`,
      examples: [`noxus ${name}`],
      run: async () => (await import("../start/run-program.ts")).runProgram(name),
    });
  define(program, environment, {
    syntax: "console",
    summary: "print a link that signs a browser in to the console, once",
    examples: ["noxus console"],
    run: async (context) => (await import("../console/sign-in-link.ts")).printSignInLink(context),
  });
  define(program, environment, {
    syntax: "doctor",
    summary: "look at this machine and at what runs, and say what to do about each problem",
    examples: ["noxus doctor"],
    run: async (context) => (await import("../doctor/doctor.ts")).doctor(context),
  });
}
