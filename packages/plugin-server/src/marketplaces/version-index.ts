import { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { sameVersion } from "./label.ts";
import { isPublicKey, type PublicKeyText } from "./public-key.ts";

const publishedVersionSchema = z.object({
  version: z.string().min(1),
  /** sha256 of the file tree, as plugin servers compute it. */
  release: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
  signature: z
    .object({
      key: z.custom<PublicKeyText>((key) => typeof key === "string" && isPublicKey(key), "must be ed25519:…"),
      signature: z.string(),
    })
    .optional(),
});
export type PublishedVersion = z.infer<typeof publishedVersionSchema>;

/** What a marketplace's repository says of a plugin's versions, newest first. */
export const versionIndexSchema = z.object({
  format: z.literal("noxus-marketplace-1"),
  name: z.string().min(1),
  versions: z.array(publishedVersionSchema),
});
export type VersionIndex = z.infer<typeof versionIndexSchema>;

/** The root folder of all indexes. One file a plugin: two that are published at a time do not meet. */
export const INDEX_FOLDER = ".marketplace";

/** Beside the plugin and not in it, for the file names the digest of the plugin's files. */
export function indexPath(pluginFolder: string): string {
  return `${INDEX_FOLDER}/${pluginFolder}.json`;
}

/** @throws NoxusError `marketplace_index_invalid` */
export function parseIndex(text: string, path: string): VersionIndex {
  try {
    return versionIndexSchema.parse(JSON.parse(text));
  } catch (cause) {
    const problem =
      cause instanceof z.ZodError
        ? cause.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")
        : (cause as Error).message;
    throw new NoxusError(
      "marketplace_index_invalid",
      `The marketplace's index ${path} cannot be read (${problem}), so nothing vouches for what lies beside it. \`noxus plugin publish\` writes it; take it from an earlier commit.`,
      { cause },
    );
  }
}

/** What an index has of a version; `v1.0.0` and `1.0.0` are one. */
export function findPublished(
  index: VersionIndex | undefined,
  version: string | undefined,
): PublishedVersion | undefined {
  if (version === undefined) return undefined;
  return index?.versions.find((published) => sameVersion(published.version, version));
}
