import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Manifest, manifestSchema, NoxusError } from "@noxus/contracts";
import { list } from "tar";

/**
 * The manifest of a published version: a `manifest.json`, or a package that holds one.
 *
 * @throws NoxusError `plugin_manifest_invalid`
 */
export async function readPublished(cwd: string, word: string): Promise<Manifest> {
  const path = resolve(cwd, word);
  try {
    const text = /\.json$/i.test(path) ? await readFile(path, "utf8") : await manifestInside(path);
    return manifestSchema.parse(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof NoxusError) throw cause;
    throw new NoxusError(
      "plugin_manifest_invalid",
      `Expected the manifest of a published version, a manifest.json or a package with one, and ${path} is none: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function manifestInside(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  await list({
    file: path,
    filter: (name) => /^(\.\/)?([^/]+\/)?manifest\.json$/.test(name),
    onReadEntry: (entry) => entry.on("data", (chunk: Buffer) => chunks.push(chunk)),
  });
  if (chunks.length > 0) return Buffer.concat(chunks).toString("utf8");
  throw new NoxusError(
    "plugin_manifest_invalid",
    `${path} holds no manifest.json. Packages have one where \`noxus plugin generate-manifest\` was run before.`,
  );
}
