import { z } from "zod";

/** Where a plugin comes from. Names and defaults are those of the published software; secrets never leave this value. */

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
});

export const uploadSourceSchema = z.object({
  type: z.literal("upload"),
  file_id: z.string().min(1),
  filename: z.string().min(1),
});

export const marketplaceSourceSchema = z.object({
  type: z.literal("marketplace"),
  name: z.string().min(1),
  version: z.string().optional(),
  /** The marketplace's Git repository; the platform's default where absent. */
  repo_url: z.string().optional(),
  branch: z.string().optional(),
});

export const localSourceSchema = z.object({
  type: z.literal("local"),
  /** Absolute path on the plugin server's machine; only with the development flag and under an allowed root. */
  path: z.string().min(1),
});

export const sourceSchema = z.discriminatedUnion("type", [
  gitSourceSchema,
  uploadSourceSchema,
  marketplaceSourceSchema,
  localSourceSchema,
]);
export type Source = z.infer<typeof sourceSchema>;
export type GitSource = z.infer<typeof gitSourceSchema>;
export type UploadSource = z.infer<typeof uploadSourceSchema>;
export type MarketplaceSource = z.infer<typeof marketplaceSourceSchema>;
export type LocalSource = z.infer<typeof localSourceSchema>;

/** The default marketplace of the published software. */
export const DEFAULT_MARKETPLACE_URL = "https://github.com/Noxus-AI/noxus-plugins.git";

/** The same source without anything secret, for reports, logs and answers. */
export function withoutSecrets(source: Source): Source {
  if (source.type === "marketplace" && source.repo_url !== undefined)
    return { ...source, repo_url: withoutUserInfo(source.repo_url) };
  if (source.type !== "git") return source;
  const { token: _token, password: _password, ...rest } = source;
  return { ...rest, repo_url: withoutUserInfo(rest.repo_url) };
}

function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}
