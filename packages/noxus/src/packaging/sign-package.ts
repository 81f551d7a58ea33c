import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CommandContext } from "../command-line/define.ts";
import { contentOf, readSignature, signContent, verifyContent } from "./signature.ts";
import { fingerprintOf, keyFile, makeSigningKey, readSigningKey } from "./signing-key.ts";

export interface SignOptions {
  /** The private key's file. */
  key?: string;
  /** Make the key first. */
  newKey?: boolean;
}

/** Signs a package with the author's key: `<package>.sig` beside it. */
export async function signPackage(
  context: CommandContext,
  word: string,
  options: SignOptions,
): Promise<void> {
  const path = resolve(context.cwd, word);
  const content = await contentOf(path, context.signal);
  const file = keyFile(context, options.key);
  const key = options.newKey ? await makeSigningKey(file) : await readSigningKey(file);
  const signature = signContent(content, key);
  await writeFile(`${path}.sig`, `${JSON.stringify(signature, null, 2)}\n`);
  context.terminal.print({ path: `${path}.sig`, ...signature }, () => [
    `${path}.sig`,
    `key  ${key.publicKey}  (${fingerprintOf(key.publicKey)})`,
  ]);
}

export interface VerifyOptions {
  /** Public keys that are trusted. */
  key?: string[];
}

/** Says whether a package is what somebody trusted has signed. */
export async function verifyPackage(
  context: CommandContext,
  word: string,
  options: VerifyOptions,
): Promise<void> {
  const path = resolve(context.cwd, word);
  const content = await contentOf(path, context.signal);
  const key = verifyContent(content, await readSignature(`${path}.sig`), options.key ?? []);
  context.terminal.print({ valid: true, key, ...content }, () => [
    `${content.name} ${content.version} is what ${key} signed. Release ${content.release}`,
  ]);
}
