import { parse } from "smol-toml";
import { z } from "zod";

/** What a plugin's folder says of it, as far as it can be read without running anything. */
export interface PluginLabel {
  name?: string | undefined;
  version?: string | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  category?: string | undefined;
}

const text = z.string().optional().catch(undefined);
const manifestLabel = z.object({
  name: text,
  version: text,
  display_name: text,
  description: text,
  category: text,
});
const projectLabel = z.object({ project: z.object({ name: text, version: text, description: text }) });

/** manifest.json counts before pyproject.toml, field by field; a file that cannot be read counts as absent. */
export function readLabel(manifest: string | undefined, project: string | undefined): PluginLabel {
  const fromManifest = manifestLabel.safeParse(quietly(JSON.parse, manifest)).data;
  const fromProject = projectLabel.safeParse(quietly(parse, project)).data?.project;
  return {
    name: fromManifest?.name ?? fromProject?.name,
    version: fromManifest?.version ?? fromProject?.version,
    displayName: fromManifest?.display_name,
    description: fromManifest?.description ?? fromProject?.description,
    category: fromManifest?.category,
  };
}

function quietly(read: (text: string) => unknown, text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : read(text);
  } catch {
    return undefined;
  }
}

/** `v1.2.0` and `1.2.0` are one version. */
export function sameVersion(a: string | undefined, b: string): boolean {
  return a !== undefined && a.replace(/^v/i, "") === b.replace(/^v/i, "");
}
