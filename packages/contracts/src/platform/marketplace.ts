import { z } from "zod";
import { releaseSignatureSchema } from "../server/release-signature.ts";

/** A marketplace that a plugin server knows, with the policy by which it takes plugins from there. */
export const marketplaceSchema = z.object({
  /** For people; the address where the operator gave it none. */
  name: z.string(),
  /** Without credentials. */
  repo_url: z.string(),
  branch: z.string(),
  /** Whether it is meant where a source names none. */
  isDefault: z.boolean(),
  /** `required`: only versions signed by one of the keys are installed. */
  signatures: z.enum(["optional", "required"]),
  keys: z.array(z.object({ key: z.string(), name: z.string().optional() })),
});
export type MarketplaceRecord = z.infer<typeof marketplaceSchema>;

/** Answer of `GET /v1/marketplaces`. */
export const marketplacesSchema = z.object({
  marketplaces: z.array(marketplaceSchema),
  /** Whether plugins may come from marketplaces that are not listed. */
  others: z.enum(["allowed", "refused"]),
  /** Whether they may come from elsewhere: Git repositories, uploads, folders, endpoints. */
  otherSources: z.enum(["allowed", "refused"]),
});
export type Marketplaces = z.infer<typeof marketplacesSchema>;

/** Why something would not be installed as it is. */
const refusalSchema = z.object({ code: z.string(), message: z.string() });

/** A plugin that is installed already under the name that this one has. */
export const installedUnderNameSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string().nullable(),
});

/** One plugin of a marketplace as its newest version is, read without running anything. */
export const marketplacePluginSchema = z.object({
  name: z.string(),
  /** From the marketplace's root. */
  folder: z.string(),
  version: z.string().nullable(),
  displayName: z.string().nullable(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  author: z.string().nullable(),
  language: z.enum(["python", "typescript"]).nullable(),
  /** A `data:` address. */
  icon: z.string().nullable(),
  signature: releaseSignatureSchema.nullable(),
  /** Why the policy would not let the newest version in; null where it would. */
  refused: refusalSchema.nullable(),
});
export type MarketplacePlugin = z.infer<typeof marketplacePluginSchema>;

/** One version of a plugin of a marketplace. */
export const marketplaceVersionSchema = z.object({
  version: z.string(),
  /** ISO time of the commit that the version was last changed by. */
  publishedAt: z.string().nullable(),
  commit: z.string().nullable(),
  /** What changed, as CHANGELOG.md or else the commits of the folder say; Markdown. */
  changes: z.string().nullable(),
  /** sha256 of the file tree, where the marketplace's index has it. */
  release: z.string().nullable(),
  signature: releaseSignatureSchema.nullable(),
  refused: refusalSchema.nullable(),
});
export type MarketplaceVersion = z.infer<typeof marketplaceVersionSchema>;

/** What a plugin server answers for a marketplace's plugins, by name. */
export const marketplacePluginsSchema = z.object({
  marketplace: marketplaceSchema,
  /** The commit of the branch that all this was read at. */
  commit: z.string(),
  plugins: z.array(marketplacePluginSchema),
});
export type MarketplacePlugins = z.infer<typeof marketplacePluginsSchema>;

/** One plugin of a marketplace with its versions, newest first. */
export const marketplacePluginDetailSchema = marketplacePluginSchema.extend({
  marketplace: marketplaceSchema,
  versions: z.array(marketplaceVersionSchema),
});
export type MarketplacePluginDetail = z.infer<typeof marketplacePluginDetailSchema>;

const installed = { installed: z.array(installedUnderNameSchema) };

/** Answer of `GET /v1/marketplaces/plugins`. */
export const marketplacePluginListSchema = marketplacePluginsSchema.extend({
  plugins: z.array(marketplacePluginSchema.extend(installed)),
});
export type MarketplacePluginList = z.infer<typeof marketplacePluginListSchema>;

/** Answer of `GET /v1/marketplaces/plugins/{name}`. */
export const marketplacePluginViewSchema = marketplacePluginDetailSchema.extend(installed);
export type MarketplacePluginView = z.infer<typeof marketplacePluginViewSchema>;
