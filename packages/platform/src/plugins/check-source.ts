import { NoxusError, type Source } from "@noxus/contracts";
import type { FastifyRequest } from "fastify";
import { findFile } from "../files/file-records.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";

/** A marketplace's plugin without an address comes from the platform's marketplace, where it has one. */
export function withMarketplace(
  source: Source,
  { environment }: Pick<PlatformDependencies, "environment">,
): Source {
  const repo_url = environment.NOXUS_MARKETPLACE_URL;
  if (source.type !== "marketplace" || source.repo_url || !repo_url) return source;
  return { ...source, repo_url };
}

/**
 * What can be told of a source before any server fetches it.
 *
 * @throws NoxusError source_local_refused, source_file_missing
 */
export async function checkSource(
  source: Source,
  { access }: FastifyRequest,
  { database, environment }: PlatformDependencies,
): Promise<void> {
  if (source.type === "local" && !environment.NOXUS_ALLOW_LOCAL_PLUGINS)
    throw new NoxusError(
      "source_local_refused",
      "Local sources are off here. Upload the plugin, or set NOXUS_ALLOW_LOCAL_PLUGINS=true for development.",
    );
  if (source.type !== "upload") return;
  await findFile(database.db, source.file_id, access.workspaceId).catch((cause: unknown) => {
    if (!(cause instanceof NoxusError)) throw cause;
    throw new NoxusError(
      "source_file_missing",
      `There is no file ${source.file_id} in this workspace. Upload the package first (POST /v1/file).`,
      { cause },
    );
  });
}
