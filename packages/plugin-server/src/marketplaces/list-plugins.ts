import {
  isNoxusError,
  type MarketplacePlugin,
  type MarketplacePluginDetail,
  type MarketplacePlugins,
  type MarketplaceSource,
  type MarketplaceVersion,
} from "@noxus/contracts";
import type { FetchContext } from "../sources/fetch-context.ts";
import { withRepository } from "../sources/git.ts";
import { fetchCommit } from "../sources/git-commit.ts";
import type { GitRepository } from "../sources/git-repository.ts";
import { changesByVersion } from "./changes.ts";
import { checkOffer, offerOf } from "./check-trust.ts";
import { findPlugin } from "./fetch-marketplace.ts";
import { readIcons } from "./icon.ts";
import { type PastVersion, pastVersions } from "./past-versions.ts";
import { type PluginFolder, readPluginFolders } from "./plugin-folders.ts";
import { describeMarketplace, type KnownMarketplace, marketplaceOf } from "./policy.ts";
import { findPublished, indexPath, parseIndex, type VersionIndex } from "./version-index.ts";

type Place = Pick<MarketplaceSource, "repo_url" | "branch">;

/**
 * The plugins of a marketplace at its branch's tip, by name, and what the policy says of each. Works in `into` and leaves
 * nothing there.
 *
 * @throws NoxusError marketplace_not_allowed, source_…
 */
export async function listPlugins(place: Place, context: FetchContext): Promise<MarketplacePlugins> {
  const policy = await context.policy();
  const marketplace = marketplaceOf(policy, place);
  return withRepository(marketplace, context, "blob:none", async (repository, options, filter) => {
    const commit = await fetchCommit(repository, { branch: marketplace.branch }, options, filter);
    const plugins = await readPluginFolders(repository, commit);
    const icons = await readIcons(repository, plugins);
    return {
      marketplace: describeMarketplace(policy, marketplace),
      commit,
      plugins: plugins
        .map((plugin) => toPlugin(plugin, icons.get(plugin.folder), marketplace))
        .sort((a, b) => a.name.localeCompare(b.name)),
    };
  });
}

/**
 * One plugin with the versions that it has had, newest first, and what changed in each.
 *
 * @throws NoxusError marketplace_plugin_unknown, marketplace_not_allowed, source_…
 */
export async function showPlugin(
  { name, ...place }: Place & { name: string },
  context: FetchContext,
): Promise<MarketplacePluginDetail> {
  const policy = await context.policy();
  const marketplace = marketplaceOf(policy, place);
  return withRepository(marketplace, context, "blob:none", async (repository, options, filter) => {
    const commit = await fetchCommit(repository, { branch: marketplace.branch }, options, filter);
    const plugin = await findPlugin(repository, commit, name);
    const icons = await readIcons(repository, [plugin]);
    await repository.fetchHistory(commit, filter);
    const past = await pastVersions(repository, { commit, folder: plugin.folder });
    return {
      ...toPlugin(plugin, icons.get(plugin.folder), marketplace),
      marketplace: describeMarketplace(policy, marketplace),
      versions: toVersions(plugin, past, await readChanges(repository, plugin), marketplace),
    };
  });
}

function toPlugin(
  plugin: PluginFolder,
  icon: string | undefined,
  marketplace: KnownMarketplace,
): MarketplacePlugin {
  const { name, folder, version, displayName, description, category, author, language } = plugin;
  return {
    name,
    folder,
    version: version ?? null,
    displayName: displayName ?? null,
    description: description ?? null,
    category: category ?? null,
    author: author ?? null,
    language: language ?? null,
    icon: icon ?? null,
    ...judge(plugin, version, marketplace),
  };
}

/** What the policy would say at an installation, as far as the index tells; the files are compared when they come. */
function judge(
  plugin: PluginFolder,
  version: string | undefined,
  marketplace: KnownMarketplace,
): Pick<MarketplacePlugin, "signature" | "refused"> {
  try {
    return { signature: checkOffer(offerOf(plugin, version), marketplace) ?? null, refused: null };
  } catch (error) {
    if (!isNoxusError(error)) throw error;
    return { signature: null, refused: { code: error.code, message: error.message } };
  }
}

async function readChanges(repository: GitRepository, { files }: PluginFolder): Promise<Map<string, string>> {
  const [, id] = [...files].find(([name]) => /^changelog(\.md)?$/i.test(name)) ?? [];
  if (id === undefined) return new Map();
  return changesByVersion((await repository.read([id])).get(id) ?? "");
}

function toVersions(
  plugin: PluginFolder,
  past: readonly PastVersion[],
  changes: ReadonlyMap<string, string>,
  marketplace: KnownMarketplace,
): MarketplaceVersion[] {
  const index = indexOf(plugin);
  return past.map(({ version, commit, at, subjects }) => ({
    version,
    publishedAt: at,
    commit,
    changes: changes.get(version.replace(/^v/i, "")) ?? changesOf(subjects, plugin.name),
    release: findPublished(index, version)?.release ?? null,
    ...judge(plugin, version, marketplace),
  }));
}

/** What publishing writes (`text-tools 1.1.0`) says nothing of what changed. */
function changesOf(subjects: readonly string[], name: string): string | null {
  const telling = subjects.filter((subject) => subject !== "" && !subject.startsWith(`${name} `));
  return telling.length > 0 ? telling.map((subject) => `- ${subject}`).join("\n") : null;
}

/** An index that cannot be read is told by what it refuses. */
function indexOf({ index, folder }: PluginFolder): VersionIndex | undefined {
  try {
    return index === undefined ? undefined : parseIndex(index, indexPath(folder));
  } catch {
    return undefined;
  }
}
