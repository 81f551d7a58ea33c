import { resolve } from "node:path";
import { NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { splitAssignment } from "../plugins/assignments.ts";
import { uploadFile } from "../plugins/upload.ts";

/** A run's input from `key=text`, `key:=JSON` and `key=@file`; a file is uploaded and given by reference. */
export async function readInputs(
  context: CommandContext,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  for (const word of words) {
    const { key, value } = splitAssignment(word);
    if (key.endsWith(":")) input[key.slice(0, -1)] = parseValue(word, value);
    else input[key] = value.startsWith("@") ? await uploadInput(context, value.slice(1)) : value;
  }
  return input;
}

function parseValue(word: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NoxusError(
      "invalid_request",
      `After := JSON was expected, and got "${word}": ${(cause as Error).message}.`,
      { cause },
    );
  }
}

async function uploadInput(context: CommandContext, file: string): Promise<Record<string, unknown>> {
  const { id, uri, filename, content_type, source_type } = await uploadFile(
    context,
    resolve(context.cwd, file),
  );
  return { id, uri, name: filename, content_type, source_type };
}
