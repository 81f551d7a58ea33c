import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  type MarketplacePluginDetail,
  type MarketplacePlugins,
  type Marketplaces,
  NoxusError,
  type Source,
  type SourcePreview,
} from "@noxus/contracts";
import type { Engine } from "../engines/engine.ts";
import { listPlugins, showPlugin } from "../marketplaces/list-plugins.ts";
import { describePolicy } from "../marketplaces/policy.ts";
import { Slots } from "../reconcile/slots.ts";
import type { FetchContext } from "../sources/fetch-context.ts";
import { type FetchSourceOptions, fetchSource } from "../sources/fetch-source.ts";
import { defaultLimits } from "../sources/source-limits.ts";
import { previewFetched } from "./preview-source.ts";

export interface MarketplacePlace {
  repo_url?: string | undefined;
  branch?: string | undefined;
}

/** Looks into sources for people who think about installing something. Leaves nothing behind. */
export interface SourceReader {
  marketplaces(): Promise<Marketplaces>;
  plugins(place: MarketplacePlace, signal: AbortSignal): Promise<MarketplacePlugins>;
  plugin(place: MarketplacePlace & { name: string }, signal: AbortSignal): Promise<MarketplacePluginDetail>;
  preview(source: Source, signal: AbortSignal): Promise<SourcePreview>;
}

export interface SourceReaderOptions {
  /** As for installations. */
  fetchOptions: Omit<FetchSourceOptions, "into" | "signal">;
  engines: readonly Engine[];
  /** Where each look has a folder of its own. */
  temporaryFolder: string;
}

/** Looks at once: they are for people who wait, and must not take the machine from what runs. */
const looksAtOnce = 2;

/** A person waits no longer; a large repository on a slow line is for the installation. */
const lookTimeoutMs = 60_000;

export function createSourceReader({
  fetchOptions,
  engines,
  temporaryFolder,
}: SourceReaderOptions): SourceReader {
  const slots = new Slots(looksAtOnce);
  const look = <T>(work: (context: FetchContext) => Promise<T>, signal: AbortSignal) =>
    slots.use(async () => {
      await mkdir(temporaryFolder, { recursive: true });
      const folder = await mkdtemp(join(temporaryFolder, "look-"));
      const limits = { ...defaultLimits, ...fetchOptions.limits };
      try {
        return await inTime(signal, (signal) =>
          work({ ...fetchOptions, limits, into: join(folder, "source"), signal }),
        );
      } finally {
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    }, signal);
  return {
    marketplaces: async () => describePolicy(await fetchOptions.policy()),
    plugins: (place, signal) => look((context) => listPlugins(place, context), signal),
    plugin: (place, signal) => look((context) => showPlugin(place, context), signal),
    preview: (source, signal) =>
      look(async (context) => previewFetched(source, await fetchSource(source, context), engines), signal),
  };
}

async function inTime<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout(lookTimeoutMs);
  try {
    return await work(AbortSignal.any([signal, timeout]));
  } catch (cause) {
    signal.throwIfAborted();
    if (!timeout.aborted) throw cause;
    const message = `The source did not arrive within ${lookTimeoutMs / 1000} s. Check the network and the host it comes from, or install it: that waits longer.`;
    throw new NoxusError("source_unreachable", message, { cause });
  }
}
