import { parse } from "smol-toml";
import { z } from "zod";

/** What a plugin's folder says of it, as far as it can be read without running anything. */
export interface PluginLabel {
  name?: string | undefined;
  version?: string | undefined;
  displayName?: string | undefined;
  description?: string | undefined;
  category?: string | undefined;
  author?: string | undefined;
  /** A `data:` address, where the manifest has one. */
  image?: string | undefined;
}

/** The files that say it, by their names; each may be absent. */
export const labelFiles = ["manifest.json", "pyproject.toml", "package.json"] as const;
export type LabelTexts = Partial<Record<(typeof labelFiles)[number], string | undefined>>;

/** Of a `data:` address; as large as that of the largest icon file. */
const MAX_IMAGE_LENGTH = 48 * 1024;

const text = z.string().optional().catch(undefined);
const author = z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]);
const manifestLabel = z.object({
  name: text,
  version: text,
  display_name: text,
  description: text,
  category: text,
  author: text,
  image: z.string().startsWith("data:image/").max(MAX_IMAGE_LENGTH).optional().catch(undefined),
});
const projectLabel = z.object({
  project: z.object({
    name: text,
    version: text,
    description: text,
    authors: z.array(author).optional().catch(undefined),
  }),
});
const dependencies = z.record(z.string(), z.unknown()).optional().catch(undefined);
const packageLabel = z.object({
  name: text,
  version: text,
  description: text,
  author: author.optional().catch(undefined),
  noxus: z.unknown().optional(),
  dependencies,
  devDependencies: dependencies,
  peerDependencies: dependencies,
});

/** manifest.json counts before the project file, field by field; a file that cannot be read counts as absent. */
export function readLabel(texts: LabelTexts): PluginLabel {
  const manifest = manifestLabel.safeParse(quietly(JSON.parse, texts["manifest.json"])).data;
  const project = readProject(texts);
  return {
    name: manifest?.name ?? project?.name?.replace(/^@[^/]+\//, ""),
    version: manifest?.version ?? project?.version,
    displayName: manifest?.display_name,
    description: manifest?.description ?? project?.description,
    category: manifest?.category,
    author: manifest?.author ?? project?.author,
    image: manifest?.image,
  };
}

/** Where both are there it is a Python plugin, as for the engines. */
function readProject(texts: LabelTexts): PluginLabel | undefined {
  const python = projectLabel.safeParse(quietly(parse, texts["pyproject.toml"])).data?.project;
  if (python) return { ...python, author: python.authors?.[0] };
  return packageLabel.safeParse(quietly(JSON.parse, texts["package.json"])).data;
}

/** Not every package.json in a repository is a plugin's: it has our SDK or our settings, or a manifest beside it. */
export function isPlugin(texts: LabelTexts): boolean {
  if (texts["manifest.json"] !== undefined || texts["pyproject.toml"] !== undefined) return true;
  const found = packageLabel.safeParse(quietly(JSON.parse, texts["package.json"])).data;
  const all = { ...found?.dependencies, ...found?.devDependencies, ...found?.peerDependencies };
  return found?.noxus !== undefined || "@noxus/sdk" in all;
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
