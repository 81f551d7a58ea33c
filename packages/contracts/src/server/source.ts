import { z } from "zod";

/** Where a plugin comes from. Names and defaults are those of the published software; secrets never leave this value. */

/**
 * Every kind of source may name the one release that it has to give: the sha256 of its file tree. A server that has it on
 * disk fetches nothing; one that fetches something else refuses it. A rollback pins a source so.
 */
const release = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a release's sha256, 64 hexadecimal digits")
  .optional();

export const gitSourceSchema = z.object({
  type: z.literal("git"),
  repo_url: z.string().min(1),
  branch: z.string().min(1).default("main"),
  commit: z.string().min(4).optional(),
  /** The plugin's folder inside the repository. */
  path: z.string().optional(),
  token: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  release,
});

export const uploadSourceSchema = z.object({
  type: z.literal("upload"),
  file_id: z.string().min(1),
  filename: z.string().min(1),
  release,
});

export const marketplaceSourceSchema = z.object({
  type: z.literal("marketplace"),
  name: z.string().min(1),
  version: z.string().optional(),
  /** The marketplace's Git repository; the platform's default where absent. */
  repo_url: z.string().optional(),
  branch: z.string().optional(),
  release,
});

export const localSourceSchema = z.object({
  type: z.literal("local"),
  /** Absolute path on the plugin server's machine; only with the development flag and under an allowed root. */
  path: z.string().min(1),
  release,
});

/** A plugin that somebody else runs: what it answers over HTTP is the plugin contract's, and nothing of it runs here. */
export const remoteSourceSchema = z.object({
  type: z.literal("remote"),
  /** Without the routes: `https://plugins.example/translate`. http only where it leads to this machine itself. */
  endpoint: z.url({ protocol: /^https?$/ }),
  /** Its key, sent with each request. */
  key: z.string().min(1).optional(),
  /** The header that carries the key. */
  key_header: z
    .string()
    .regex(/^[\w-]+$/, "must be a header's name")
    .default("X-API-Key"),
  release,
});

export const sourceSchema = z.discriminatedUnion("type", [
  gitSourceSchema,
  uploadSourceSchema,
  marketplaceSourceSchema,
  localSourceSchema,
  remoteSourceSchema,
]);
export type Source = z.infer<typeof sourceSchema>;
export type GitSource = z.infer<typeof gitSourceSchema>;
export type UploadSource = z.infer<typeof uploadSourceSchema>;
export type MarketplaceSource = z.infer<typeof marketplaceSourceSchema>;
export type LocalSource = z.infer<typeof localSourceSchema>;
export type RemoteSource = z.infer<typeof remoteSourceSchema>;

/** The default marketplace of the published software. */
export const DEFAULT_MARKETPLACE_URL = "https://github.com/Noxus-AI/noxus-plugins.git";

/** The same source without anything secret, for reports, logs and answers. */
export function withoutSecrets(source: Source): Source {
  if (source.type === "marketplace" && source.repo_url !== undefined)
    return { ...source, repo_url: withoutUserInfo(source.repo_url) };
  if (source.type === "remote") {
    const { key: _key, ...rest } = source;
    return rest;
  }
  if (source.type !== "git") return source;
  const { token: _token, password: _password, ...rest } = source;
  return { ...rest, repo_url: withoutUserInfo(rest.repo_url) };
}

/** The same source, free to give its newest: no commit, version or release is named. */
export function withoutPins(source: Source): Source {
  const { release: _release, ...rest } = source;
  if (rest.type === "git") {
    const { commit: _commit, ...free } = rest;
    return free;
  }
  if (rest.type !== "marketplace") return rest;
  const { version: _version, ...free } = rest;
  return free;
}

function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}
