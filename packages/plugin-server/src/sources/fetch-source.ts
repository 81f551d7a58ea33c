import { mkdir, rm } from "node:fs/promises";
import { NoxusError, type Source } from "@noxus/contracts";
import { fetchMarketplace } from "../marketplaces/fetch-marketplace.ts";
import { assertAllowed } from "../marketplaces/policy.ts";
import type { FetchContext } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";
import { fetchGit } from "./git.ts";
import { fetchLocal } from "./local.ts";
import { fetchRemote } from "./remote.ts";
import { defaultLimits, type SourceLimits } from "./source-limits.ts";
import { fetchUpload } from "./upload.ts";

export type FetchSourceOptions = Omit<FetchContext, "limits"> & {
  /** Limits other than `defaultLimits`. */
  limits?: Partial<SourceLimits>;
  /** For the whole fetch, in ms. 300,000 by default: a large repository on a slow line. */
  fetchTimeoutMs?: number;
};

/**
 * Fetches a plugin's source into `into`, which must not be there yet. On any failure, and when the signal ends, nothing of it
 * is left.
 *
 * @throws NoxusError source_…, marketplace_…, signature_…, archive_…, git_missing
 */
export async function fetchSource(source: Source, options: FetchSourceOptions): Promise<Fetched> {
  const { fetchTimeoutMs = 300_000, limits, ...rest } = options;
  const timeout = AbortSignal.timeout(fetchTimeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  const context: FetchContext = { ...rest, limits: { ...defaultLimits, ...limits }, signal };
  await mkdir(context.into, { recursive: true });
  try {
    return await fetchKind(source, context);
  } catch (error) {
    // A refusal may come while the disk still makes the entry before it: then the folder fills once more while it goes.
    await rm(context.into, { recursive: true, force: true, maxRetries: 5 });
    options.signal.throwIfAborted();
    throw timeout.aborted ? timedOut(fetchTimeoutMs, error) : error;
  }
}

async function fetchKind(source: Source, context: FetchContext): Promise<Fetched> {
  assertAllowed(await context.policy(), source);
  switch (source.type) {
    case "git":
      return fetchGit(source, context);
    case "upload":
      return fetchUpload(source, context);
    case "marketplace":
      return fetchMarketplace(source, context);
    case "local":
      return fetchLocal(source, context);
    case "remote":
      return fetchRemote(source, context);
  }
}

function timedOut(ms: number, cause: unknown): NoxusError {
  const message = `The source did not arrive within ${ms / 1000} s. Check the network and the host it comes from.`;
  return new NoxusError("source_unreachable", message, { cause, data: { timeoutMs: ms } });
}
