import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { sdkPackage } from "./sdk-words.ts";

const lockSchema = z.looseObject({
  package: z.array(z.looseObject({ name: z.string(), version: z.string().optional() })).default([]),
});

/** A plugin's uv.lock, as far as it must be known before uv reads it. */
export interface Lockfile {
  sha256: string;
  /** The SDK release that it names. */
  sdkRelease: string | undefined;
}

/** Reads uv.lock where there is one; a damaged one is known by its hash alone, and uv says later what is wrong. */
export async function readLockfile(folder: string): Promise<Lockfile | undefined> {
  const text = await readFile(join(folder, "uv.lock"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { sha256, sdkRelease: lockedSdk(text) };
}

function lockedSdk(text: string): string | undefined {
  try {
    return lockSchema.parse(parse(text)).package.find(({ name }) => name === sdkPackage)?.version;
  } catch {
    return undefined;
  }
}
