import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { indexPath, parseIndex, type SignedContent, type VersionIndex } from "@noxus/plugin-server";
import { signContent } from "./signature.ts";
import type { SigningKey } from "./signing-key.ts";

/**
 * Writes a version into the marketplace's index of its plugin, with a signature where there is a key. One that is there
 * already keeps its signature, and may get one.
 *
 * @param root the marketplace's work tree
 * @param folder the plugin's, from there
 * @throws NoxusError `conflict` where the version is published with other files, `marketplace_index_invalid`
 */
export async function keepIndex(
  root: string,
  { folder, content, key }: { folder: string; content: SignedContent; key?: SigningKey | undefined },
): Promise<void> {
  const { name, version, release } = content;
  const file = join(root, indexPath(folder));
  const before = await readIndex(file, indexPath(folder));
  const known = before?.versions.find((one) => one.version === version);
  if (known && known.release !== release) throw otherFiles(content, known.release);
  const signature = key ? signatureOf(content, key) : known?.signature;
  const others = before?.versions.filter((one) => one !== known) ?? [];
  const index: VersionIndex = {
    format: "noxus-marketplace-1",
    name,
    versions: [{ version, release, ...(signature && { signature }) }, ...others],
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(index, null, 2)}\n`);
}

async function readIndex(file: string, path: string): Promise<VersionIndex | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text === undefined ? undefined : parseIndex(text, path);
}

function signatureOf(content: SignedContent, key: SigningKey) {
  const { key: publicKey, signature } = signContent(content, key);
  return { key: publicKey, signature };
}

function otherFiles({ name, version, release }: SignedContent, published: string): NoxusError {
  return new NoxusError(
    "conflict",
    `${name} ${version} is published with other files (release ${published.slice(0, 12)}, these are ${release.slice(0, 12)}), and a version stays what it is. Raise the version to publish a change.`,
    { data: { published, release } },
  );
}
