import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { type FileRecord, NoxusError } from "@noxus/contracts";
import { createLocalFiles } from "@noxus/plugin-server";
import type { CommandContext } from "../command-line/define.ts";
import { splitAssignment } from "../plugins/assignments.ts";

export interface CallInputs {
  inputs: Record<string, unknown>;
  /** Ids that the call may open. */
  fileIds: string[];
}

type Place = Pick<CommandContext, "cwd" | "signal">;

/** `key=text` and `key:=JSON` from `--input`, `key=path` from `--file`; a key that comes again makes a list of files. */
export async function readCallInputs(
  context: Place,
  { input = [], file = [] }: { input?: string[] | undefined; file?: string[] | undefined },
  filesFolder: string,
): Promise<CallInputs> {
  const inputs: Record<string, unknown> = Object.fromEntries(input.map(readInput));
  const fileIds: string[] = [];
  for (const word of file) {
    const { key, value } = splitAssignment(word);
    const record = await storeFile(context, value, filesFolder);
    fileIds.push(record.id);
    inputs[key] = key in inputs ? [inputs[key], referenceTo(record)].flat() : referenceTo(record);
  }
  return { inputs, fileIds };
}

function readInput(word: string): [string, unknown] {
  const { key, value } = splitAssignment(word);
  return key.endsWith(":") ? [key.slice(0, -1), parseJson(word, value)] : [key, value];
}

function parseJson(word: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `After := JSON was expected, and got "${word}": ${(cause as Error).message}.`;
    throw new NoxusError("invalid_request", message, { cause });
  }
}

/** The few kinds that nodes ask for by their type; everything else is bytes. */
const contentTypes: Record<string, string> = {
  ".csv": "text/csv",
  ".html": "text/html",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".json": "application/json",
  ".md": "text/markdown",
  ".mp3": "audio/mpeg",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".wav": "audio/wav",
  ".webp": "image/webp",
};

async function storeFile({ cwd, signal }: Place, word: string, folder: string): Promise<FileRecord> {
  const path = resolve(cwd, word);
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new NoxusError("invalid_request", `${path} cannot be read. Name a file after --file key=.`, {
      cause,
    });
  });
  const contentType = contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream";
  const about = { filename: basename(path), contentType, sourceType: "user_upload", sourceMetadata: {} };
  const upload = { ...about, workspace: undefined, size, body: createReadStream(path) };
  return createLocalFiles(folder).upload(upload, signal);
}

function referenceTo({ id, uri, filename, content_type, source_type, source_metadata }: FileRecord) {
  return { id, uri, name: filename, content_type, source_type, source_metadata };
}

/** `integration=@file.json` or `integration={"key": …}`. */
export async function readCredentials(
  { cwd }: Pick<Place, "cwd">,
  words: readonly string[],
): Promise<Record<string, unknown>> {
  const credentials: Record<string, unknown> = {};
  for (const word of words) {
    const { key, value } = splitAssignment(word);
    const text = value.startsWith("@") ? await readFile(resolve(cwd, value.slice(1)), "utf8") : value;
    credentials[key] = parseJson(word, text);
  }
  return credentials;
}
