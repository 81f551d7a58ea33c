import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { isNotThere } from "./git-failure.ts";
import { GitFailed } from "./git-process.ts";
import { type FetchOptions, GitRepository, type OpenRepositoryOptions } from "./git-repository.ts";
import { listed, nearest } from "./nearest.ts";

const TIP = "refs/noxus/tip";
const EVERYTHING = ["+refs/heads/*:refs/noxus/heads/*", "+refs/tags/*:refs/noxus/tags/*"];

interface Wanted {
  branch: string;
  /** Counts before the branch. */
  commit?: string | undefined;
}
type Filter = FetchOptions["filter"];

/**
 * Fetches the wanted commit, or else the branch's tip, without history, and gives its full id.
 *
 * @throws NoxusError source_branch_missing, source_commit_missing, source_unreachable, …
 */
export async function fetchCommit(
  repository: GitRepository,
  { branch, commit }: Wanted,
  options: OpenRepositoryOptions,
  filter: Filter,
): Promise<string> {
  try {
    return commit
      ? await fetchById(repository, commit.toLowerCase(), options, filter)
      : await fetchBranch(repository, branch, filter);
  } catch (error) {
    throw repository.explain(error);
  }
}

async function fetchBranch(repository: GitRepository, branch: string, filter: Filter): Promise<string> {
  const name = branch.replace(/^refs\/(heads|tags)\//, "");
  // What Git allows in no name would be read as part of a refspec.
  if (/[\0-\x20~^:?*[\\\x7f]|\.\.|^$/.test(name)) throw await branchMissing(repository, name);
  try {
    await repository.fetch([`+refs/heads/${name}:${TIP}`], { depth: 1, filter });
  } catch (error) {
    if (!isNotThere(error)) throw error;
    const refs = await repository.remoteRefs();
    if (!refs.has(`refs/tags/${name}`)) throw await branchMissing(repository, name, refs);
    await repository.fetch([`+refs/tags/${name}:${TIP}`], { depth: 1, filter });
  }
  return fetched(repository);
}

async function fetchById(
  repository: GitRepository,
  commit: string,
  options: OpenRepositoryOptions,
  filter: Filter,
): Promise<string> {
  if (!/^[0-9a-f]{4,64}$/.test(commit))
    throw commitMissing(repository.url, commit, "is no commit id (hexadecimal digits)");
  const id = isFull(commit) ? commit : await completeId(commit, options);
  try {
    await repository.fetch([`${id}:${TIP}`], { depth: 1, filter });
    return await fetched(repository);
  } catch (error) {
    if (!isNotThere(error)) throw error;
    if (!refusesIds(error)) throw commitMissing(repository.url, commit, "is not in the repository");
    return findInHistory(repository, id, filter);
  }
}

/** Old servers give only the tips of branches by id: there the commit is looked for in everything. */
async function findInHistory(repository: GitRepository, id: string, filter: Filter): Promise<string> {
  await repository.fetch(EVERYTHING, { filter });
  const commit = await repository.commitOf(id);
  if (!commit) throw commitMissing(repository.url, id, "is on no branch and no tag");
  return commit;
}

/** A short id can be looked up only where all commits are: they are fetched, without files, into a place of their own. */
async function completeId(prefix: string, options: OpenRepositoryOptions): Promise<string> {
  const history = await GitRepository.open({ ...options, folder: join(options.folder, "history") });
  await history.fetch(EVERYTHING, { filter: "tree:0" });
  const [first, ...others] = await history.commitsBeginning(prefix);
  await history.remove();
  if (!first) throw commitMissing(history.url, prefix, "is on no branch and no tag");
  if (others.length === 0) return first;
  const candidates = [first, ...others].slice(0, 5);
  throw commitMissing(history.url, prefix, `could be each of ${listed(candidates)}`, { candidates });
}

async function fetched(repository: GitRepository): Promise<string> {
  const commit = await repository.commitOf(TIP);
  if (!commit) throw new GitFailed("fetch", 0, "fatal: bad object: what came is no commit");
  return commit;
}

function isFull(commit: string): boolean {
  return commit.length === 40 || commit.length === 64;
}

function refusesIds(error: unknown): boolean {
  return error instanceof GitFailed && /unadvertised object/i.test(error.words);
}

async function branchMissing(
  repository: GitRepository,
  branch: string,
  refs?: Map<string, string>,
): Promise<NoxusError> {
  const names = [...(refs ?? (await repository.remoteRefs())).keys()]
    .filter((name) => name.startsWith("refs/heads/"))
    .map((name) => name.slice("refs/heads/".length));
  const branches = nearest(branch, names, 10);
  const there = names.length === 0 ? "It has no branch at all: it is empty." : `It has ${listed(branches)}.`;
  return new NoxusError(
    "source_branch_missing",
    `The repository ${repository.url} has no branch ${JSON.stringify(branch)}. ${there} Give one of its branches.`,
    { data: { branch, branches } },
  );
}

function commitMissing(
  url: string,
  commit: string,
  why: string,
  data: Record<string, unknown> = {},
): NoxusError {
  return new NoxusError(
    "source_commit_missing",
    `The commit ${JSON.stringify(commit.slice(0, 64))} of ${url} ${why}. Give the id of a commit that is on one of its branches, best all 40 digits.`,
    { data: { commit, ...data } },
  );
}
