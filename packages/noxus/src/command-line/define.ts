import { Command } from "commander";
import { findConnection } from "../connection/find-connection.ts";
import { createPlatformClient, type PlatformClient } from "../connection/platform-client.ts";
import { createTerminal, type Terminal } from "../terminal/terminal.ts";

/** What a command line is run with. */
export interface CommandEnvironment {
  env: Record<string, string | undefined>;
  cwd: string;
  signal: AbortSignal;
}

/** What a command works with. */
export interface CommandContext extends CommandEnvironment {
  terminal: Terminal;
  /** `--url`, as given. */
  url: string | undefined;
  /** `--data`, as given. */
  dataFolder: string | undefined;
  verbose: boolean;
  /** The platform's client. @throws NoxusError where no platform is known. */
  connect(): PlatformClient;
}

export interface CommandDefinition<Options> {
  /** As commander reads it: `install <source>`. */
  syntax: string;
  summary: string;
  /** Whole command lines, shown under `--help`. */
  examples: readonly string[];
  /** `[flags, sentence]`, and a function that takes each value where it may be given more than once. */
  options?: readonly OptionDefinition[];
  run(context: CommandContext, words: string[], options: Options): Promise<void>;
}

export type OptionDefinition = readonly [flags: string, sentence: string, kind?: "many"];

interface CommonOptions {
  json?: boolean;
  url?: string;
  data?: string;
  verbose?: boolean;
}

/** Adds a command with the options that all have, and an example under its help. */
export function define<Options>(
  parent: Command,
  environment: CommandEnvironment,
  definition: CommandDefinition<Options>,
): void {
  const { syntax, summary, examples, options = [], run } = definition;
  const command = parent.command(syntax).description(summary);
  for (const option of options) addOption(command, option);
  command
    .option("--json", "print one JSON value on stdout, and errors as JSON on stderr")
    .option("--url <url>", "the platform's address instead of the one found")
    .option("--data <folder>", "the data folder of `noxus start`")
    .option("--verbose", "show where an error came from")
    .addHelpText("after", `\nExample:\n${examples.map((line) => `  $ ${line}`).join("\n")}`)
    .action(async () => {
      const given = command.opts<CommonOptions & Options>();
      await run(createContext(environment, given), command.args, given);
    });
}

/** A command that only holds others. */
export function group(parent: Command, name: string, summary: string): Command {
  return parent
    .addCommand(new Command(name).description(summary).copyInheritedSettings(parent))
    .commands.at(-1) as Command;
}

function addOption(command: Command, [flags, sentence, kind]: OptionDefinition): void {
  if (kind === "many")
    command.option(flags, sentence, (value: string, before?: string[]) => [...(before ?? []), value]);
  else command.option(flags, sentence);
}

function createContext(environment: CommandEnvironment, options: CommonOptions): CommandContext {
  const { env, cwd } = environment;
  let client: PlatformClient | undefined;
  const connect = () => {
    client ??= createPlatformClient(findConnection({ url: options.url, dataFolder: options.data, env, cwd }));
    return client;
  };
  return {
    ...environment,
    terminal: createTerminal({ json: options.json === true }),
    url: options.url,
    dataFolder: options.data,
    verbose: options.verbose === true,
    connect,
  };
}
