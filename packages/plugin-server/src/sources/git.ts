import { join } from "node:path";
import type { GitSource } from "@noxus/contracts";
import { NoxusError } from "@noxus/contracts";
import type { FetchContext } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";
import { parseGitAddress } from "./git-address.ts";
import { fetchCommit } from "./git-commit.ts";
import { isNotThere } from "./git-failure.ts";
import { cleanFolder, unpackGitFolder } from "./git-folder.ts";
import { type FetchOptions, GitRepository, type OpenRepositoryOptions } from "./git-repository.ts";

/** Fetches a plugin's folder from a Git repository, and as little besides as the server allows. */
export async function fetchGit(source: GitSource, context: FetchContext): Promise<Fetched> {
  const folder = cleanFolder(source.path);
  return withRepository(
    source,
    context,
    folder ? "blob:none" : undefined,
    async (repository, options, filter) => {
      const wanted = { branch: source.branch, commit: context.commit ?? source.commit };
      const commit = await fetchCommit(repository, wanted, options, filter);
      return unpackGitFolder(repository, { commit, folder }, context);
    },
  );
}

type Work<T> = (
  repository: GitRepository,
  options: OpenRepositoryOptions,
  filter: FetchOptions["filter"],
) => Promise<T>;

/**
 * Does the work in a temporary repository. A server that gives no single files by id makes a partial clone useless: then
 * once more without the filter.
 */
export async function withRepository<T>(
  source: Pick<GitSource, "repo_url" | "token" | "username" | "password">,
  context: FetchContext,
  filter: FetchOptions["filter"],
  work: Work<T>,
): Promise<T> {
  const { environment, limits, onProgress, signal } = context;
  const address = parseGitAddress(source, context.allowLocal ? context.localRoots : []);
  const attempt = async (name: string, filter: FetchOptions["filter"]) => {
    const options = {
      folder: join(context.into, name),
      address,
      machine: environment,
      limits,
      onProgress,
      signal,
    };
    const repository = await GitRepository.open(options);
    try {
      return await work(repository, options, filter);
    } finally {
      await repository.remove();
    }
  };
  try {
    return await attempt("git", filter);
  } catch (error) {
    const isUseless = filter && error instanceof NoxusError && isNotThere(error.cause);
    if (!isUseless) throw error;
    return attempt("git-whole", undefined);
  }
}
