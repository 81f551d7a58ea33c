import { type MarketplaceSource, NoxusError } from "@noxus/contracts";
import { digestTree, readTree } from "../releases/file-tree.ts";
import type { FetchContext } from "../sources/fetch-context.ts";
import type { Fetched } from "../sources/fetched.ts";
import { withRepository } from "../sources/git.ts";
import { fetchCommit } from "../sources/git-commit.ts";
import { unpackGitFolder } from "../sources/git-folder.ts";
import type { FetchOptions, GitRepository, OpenRepositoryOptions } from "../sources/git-repository.ts";
import { listed, nearest } from "../sources/nearest.ts";
import { assertAskedFor, assertSameContent, checkOffer, type Offer, offerOf } from "./check-trust.ts";
import { sameVersion } from "./label.ts";
import { pastVersions } from "./past-versions.ts";
import { findFolder, type PluginFolder, readPluginFolders } from "./plugin-folders.ts";
import { marketplaceOf } from "./policy.ts";

/**
 * Fetches a plugin from a marketplace: a Git repository with one folder a plugin. A version means the folder as it is at the
 * branch's tip if it has that version, else as it last was with it, else at a tag that names it. Where the marketplace has an
 * index, the files must be those that were published as this version; the operator's policy says whose signature that needs.
 *
 * @throws NoxusError marketplace_…, signature_…, source_…
 */
export async function fetchMarketplace(source: MarketplaceSource, context: FetchContext): Promise<Fetched> {
  const marketplace = marketplaceOf(await context.policy(), source);
  return withRepository(marketplace, context, "blob:none", async (repository, options, filter) => {
    const { commit } = context;
    const tip = await fetchCommit(repository, { branch: marketplace.branch, commit }, options, filter);
    const plugin = await findPlugin(repository, tip, source.name);
    // A pinned commit is the one at which the version was found before.
    const version = (commit === undefined ? source.version : undefined) ?? plugin.version;
    const found = await findVersion({ repository, options, filter, tip, plugin, version });
    const offer = offerOf(plugin, version);
    const signature = checkOffer(offer, marketplace);
    assertAskedFor(source.name, offer, marketplace);
    const fetched = await unpackGitFolder(repository, { commit: found, folder: plugin.folder }, context);
    await assertPublished(offer, fetched, found);
    return { ...fetched, ...(signature && { signature }) };
  });
}

async function assertPublished(offer: Offer, { folder }: Fetched, commit: string): Promise<void> {
  if (!offer.published) return;
  assertSameContent(offer, await digestTree(folder, await readTree(folder)), commit);
}

/** By its folder's or its own name. @throws NoxusError marketplace_plugin_unknown, with the nearest names */
export async function findPlugin(
  repository: GitRepository,
  tip: string,
  name: string,
): Promise<PluginFolder> {
  const plugins = await readPluginFolders(repository, tip);
  const plugin = findFolder(plugins, name);
  if (plugin) return plugin;
  const names = nearest(
    name,
    plugins.map((each) => each.name),
  );
  throw new NoxusError(
    "marketplace_plugin_unknown",
    `The marketplace ${repository.url} has no plugin ${JSON.stringify(name)}. Nearest are ${listed(names)}.`,
    { data: { name, nearest: names, count: plugins.length } },
  );
}

interface VersionSearch {
  repository: GitRepository;
  options: OpenRepositoryOptions;
  filter: FetchOptions["filter"];
  tip: string;
  plugin: PluginFolder;
  version: string | undefined;
}

/** The commit at which the plugin has the version. */
async function findVersion(search: VersionSearch): Promise<string> {
  const { repository, options, filter, tip, plugin, version } = search;
  if (version === undefined || sameVersion(plugin.version, version)) return tip;
  options.onProgress?.(`Looking for version ${version} of ${plugin.name} in the marketplace's history`);
  await repository.fetchHistory(tip, filter);
  const past = await pastVersions(repository, { commit: tip, folder: plugin.folder });
  const found = past.find((each) => sameVersion(each.version, version));
  return (
    found?.commit ??
    (await findTag(
      search,
      version,
      past.map((each) => each.version),
    ))
  );
}

async function findTag(search: VersionSearch, version: string, versions: string[]): Promise<string> {
  const { repository, options, filter, plugin } = search;
  const refs = await repository.remoteRefs();
  for (const tag of tagsFor(plugin.name, version.replace(/^v/i, ""))) {
    if (!refs.has(`refs/tags/${tag}`)) continue;
    const commit = await fetchCommit(repository, { branch: `refs/tags/${tag}` }, options, filter);
    if ((await repository.list(commit, plugin.folder)).length > 0) return commit;
  }
  throw new NoxusError(
    "marketplace_version_unknown",
    `The marketplace ${repository.url} has ${JSON.stringify(plugin.name)}, but not in version ${JSON.stringify(version)}. It has ${listed(versions)}.`,
    { data: { name: plugin.name, version, versions } },
  );
}

/** Those that name the plugin first; a bare version may be the marketplace's own. */
function tagsFor(name: string, version: string): string[] {
  const marks = ["-", "-v", "/", "/v", "@", "@v", "==", "_"];
  return [...marks.map((mark) => `${name}${mark}${version}`), `v${version}`, version];
}
