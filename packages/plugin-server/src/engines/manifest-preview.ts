import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, manifestSchema } from "@noxus/contracts";

/** What manifest.json gives before the plugin has run: it is generated, and may be stale, broken or missing. */
export interface ManifestPreview {
  manifest: Manifest | undefined;
  warnings: string[];
}

/** Reads manifest.json; whatever is wrong with it is a warning, for the running plugin's manifest is the truth. */
export async function readManifestPreview(folder: string): Promise<ManifestPreview> {
  let text: string;
  try {
    text = await readFile(join(folder, "manifest.json"), "utf8");
  } catch {
    return { manifest: undefined, warnings: [] };
  }
  return parseManifest(text);
}

function parseManifest(text: string): ManifestPreview {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    if (parsed.success) return { manifest: parsed.data, warnings: [] };
    const [issue] = parsed.error.issues;
    return ignored(`${issue?.path.join(".")}: ${issue?.message}`);
  } catch (error) {
    return ignored(error instanceof Error ? error.message : String(error));
  }
}

function ignored(reason: string): ManifestPreview {
  return { manifest: undefined, warnings: [`manifest.json was ignored (${reason}).`] };
}
