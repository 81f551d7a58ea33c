import { isNoxusError, type NoxusError, toErrorBody } from "@noxus/contracts";
import type { Terminal } from "./terminal.ts";

/**
 * Prints an error on stderr: `error: what. what to do`, each field problem on a line of its own, no stack unless asked
 * for. With `json` the error's body, as a platform would answer it.
 */
export function printProblem(error: unknown, terminal: Terminal, verbose: boolean): void {
  if (terminal.json) {
    printJson(error);
    return;
  }
  terminal.rewrite(undefined);
  const known = isNoxusError(error) ? error : undefined;
  const { red } = terminal.colors;
  terminal.note(
    `${red("error:")} ${known?.message ?? `${messageOf(error)}. Run again with --verbose for details.`}`,
  );
  for (const line of fieldLines(known)) terminal.note(line);
  if (verbose) terminal.note(stackOf(error));
}

function printJson(error: unknown): void {
  const body = isNoxusError(error) ? toErrorBody(error) : { error: "internal", detail: messageOf(error) };
  process.stderr.write(`${JSON.stringify(body)}\n`);
}

/** Only those that the sentence does not already hold. */
function fieldLines(error: NoxusError | undefined): string[] {
  return (error?.fields ?? [])
    .filter(({ message }) => !error?.message.includes(message))
    .map(({ path, message }) => `  ${path}: ${message}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? error.message}${error.cause ? `\ncaused by: ${stackOf(error.cause)}` : ""}`;
}
