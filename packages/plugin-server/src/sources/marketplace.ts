import { DEFAULT_MARKETPLACE_URL, type MarketplaceSource, NoxusError } from "@noxus/contracts";
import type { FetchContext, Marketplace } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";
import { withRepository } from "./git.ts";
import { fetchCommit } from "./git-commit.ts";
import { unpackGitFolder } from "./git-folder.ts";
import type { FetchOptions, GitRepository, OpenRepositoryOptions } from "./git-repository.ts";
import { pastVersions } from "./marketplace-history.ts";
import { findEntry, type MarketplaceEntry, readMarketplace } from "./marketplace-index.ts";
import { sameVersion } from "./marketplace-version.ts";
import { listed, nearest } from "./nearest.ts";

/**
 * Fetches a plugin from a marketplace: a Git repository with one folder a plugin. A version means the folder as it is at the
 * branch's tip if it has that version, else as it last was with it, else at a tag that names it.
 *
 * @throws NoxusError marketplace_plugin_unknown, marketplace_version_unknown, source_…
 */
export async function fetchMarketplace(source: MarketplaceSource, context: FetchContext): Promise<Fetched> {
  const marketplace = marketplaceOf(source, context);
  return withRepository(marketplace, context, "blob:none", async (repository, options, filter) => {
    const { commit } = context;
    const tip = await fetchCommit(repository, { branch: marketplace.branch, commit }, options, filter);
    const entry = await findPlugin(repository, tip, source.name);
    // A pinned commit is the one at which the version was found before.
    const version = commit === undefined ? source.version : undefined;
    const found = await findVersion({ repository, options, filter, tip, entry, version });
    return unpackGitFolder(repository, { commit: found, folder: entry.folder }, context);
  });
}

/** The plugins of a marketplace at its branch's tip, by name. Uses `into` as `fetchMarketplace` does, and leaves nothing. */
export async function listMarketplace(
  source: Pick<MarketplaceSource, "repo_url" | "branch">,
  context: FetchContext,
): Promise<MarketplaceEntry[]> {
  const marketplace = marketplaceOf(source, context);
  let entries: MarketplaceEntry[] = [];
  await withRepository(marketplace, context, "blob:none", async (repository, options, filter) => {
    const tip = await fetchCommit(repository, { branch: marketplace.branch }, options, filter);
    entries = await readMarketplace(repository, tip);
    return { folder: "", warnings: [] };
  });
  return entries.sort((a, b) => a.name.localeCompare(b.name));
}

function marketplaceOf(
  { repo_url, branch }: Pick<MarketplaceSource, "repo_url" | "branch">,
  { marketplaces }: FetchContext,
): Marketplace & { branch: string } {
  const url = repo_url ?? marketplaces[0]?.repo_url ?? DEFAULT_MARKETPLACE_URL;
  const known = marketplaces.find((marketplace) => marketplace.repo_url === url);
  return { ...known, repo_url: url, branch: branch ?? known?.branch ?? "main" };
}

async function findPlugin(repository: GitRepository, tip: string, name: string): Promise<MarketplaceEntry> {
  const entries = await readMarketplace(repository, tip);
  const entry = findEntry(entries, name);
  if (entry) return entry;
  const names = nearest(
    name,
    entries.map((each) => each.name),
  );
  throw new NoxusError(
    "marketplace_plugin_unknown",
    `The marketplace ${repository.url} has no plugin ${JSON.stringify(name)}. Nearest are ${listed(names)}.`,
    { data: { name, nearest: names, count: entries.length } },
  );
}

interface VersionSearch {
  repository: GitRepository;
  options: OpenRepositoryOptions;
  filter: FetchOptions["filter"];
  tip: string;
  entry: MarketplaceEntry;
  version: string | undefined;
}

/** The commit at which the plugin has the version. */
async function findVersion(search: VersionSearch): Promise<string> {
  const { repository, options, filter, tip, entry, version } = search;
  if (version === undefined || sameVersion(entry.version, version)) return tip;
  options.onProgress?.(`Looking for version ${version} of ${entry.name} in the marketplace's history`);
  await repository.fetchHistory(tip, filter);
  const past = await pastVersions(repository, { commit: tip, folder: entry.folder });
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
  const { repository, options, filter, entry } = search;
  const refs = await repository.remoteRefs();
  for (const tag of tagsFor(entry.name, version.replace(/^v/i, ""))) {
    if (!refs.has(`refs/tags/${tag}`)) continue;
    const commit = await fetchCommit(repository, { branch: `refs/tags/${tag}` }, options, filter);
    if ((await repository.list(commit, entry.folder)).length > 0) return commit;
  }
  throw new NoxusError(
    "marketplace_version_unknown",
    `The marketplace ${repository.url} has ${JSON.stringify(entry.name)}, but not in version ${JSON.stringify(version)}. It has ${listed(versions)}.`,
    { data: { name: entry.name, version, versions } },
  );
}

/** Those that name the plugin first; a bare version may be the marketplace's own. */
function tagsFor(name: string, version: string): string[] {
  const marks = ["-", "-v", "/", "/v", "@", "@v", "==", "_"];
  return [...marks.map((mark) => `${name}${mark}${version}`), `v${version}`, version];
}
