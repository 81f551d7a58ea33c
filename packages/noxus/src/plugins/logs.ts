import { z } from "zod";
import type { CommandContext } from "../command-line/define.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { pluginPath } from "./show.ts";

export interface LogsOptions {
  follow?: boolean;
  tail?: string;
}

/** One line of a plugin's log as the platform sends it: newline-delimited JSON. */
const logLineSchema = z.looseObject({ at: z.string(), stream: z.string(), text: z.string() });

/** Prints what a plugin wrote; with `follow` until interrupted. */
export async function showLogs(context: CommandContext, name: string, options: LogsOptions): Promise<void> {
  const { connect, signal } = context;
  const query = { tail: options.tail ?? 100, follow: options.follow };
  const answer = await connect().open(`${pluginPath(name)}/logs`, { query, signal });
  let rest = "";
  try {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) printLine(context, line);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (rest) printLine(context, rest);
}

function printLine({ terminal }: CommandContext, line: string): void {
  terminal.out(terminal.json ? line : formatLine(terminal, line));
}

function formatLine({ colors }: Terminal, line: string): string {
  const parsed = logLineSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return line;
  const { at, stream, text } = parsed.data;
  const mark = { stderr: colors.yellow("err"), server: colors.cyan("srv") }[stream] ?? "out";
  return `${colors.dim(new Date(at).toLocaleTimeString("en-GB"))} ${mark} ${text}`;
}
