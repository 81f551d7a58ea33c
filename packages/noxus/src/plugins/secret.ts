import { text } from "node:stream/consumers";
import { NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";

/** The places that a secret may come from; at most one of them is used. */
export interface SecretPlaces {
  given?: string | undefined;
  /** Name of an environment variable. */
  env?: string | undefined;
  stdin?: boolean | undefined;
}

/** A secret from the place that was named; undefined where none was. One newline at its end is not part of it. */
export async function readSecret(context: CommandContext, places: SecretPlaces): Promise<string | undefined> {
  if (places.given !== undefined) return places.given;
  if (places.env !== undefined) return fromEnvironment(context, places.env);
  return places.stdin ? readStandardInput() : undefined;
}

function fromEnvironment(context: CommandContext, name: string): string {
  const value = context.env[name];
  if (value) return value;
  throw new NoxusError(
    "invalid_request",
    `The environment variable ${name} is empty or not set. Set it, or name another one.`,
  );
}

/** All of standard input, without one newline at its end. */
export async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write("Type or paste the value, then Enter and Ctrl-D:\n");
  return (await text(process.stdin)).replace(/\r?\n$/, "");
}
