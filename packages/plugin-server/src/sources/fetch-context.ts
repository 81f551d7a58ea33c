import type { Readable } from "node:stream";
import type { MarketplacePolicy } from "../marketplaces/policy.ts";
import type { SourceLimits } from "./source-limits.ts";

/** What every kind of source is given to work with. */
export interface FetchContext {
  /** A folder of this fetch alone, made by `fetchSource` and removed by it on any failure. */
  into: string;
  limits: SourceLimits;
  /** Instead of the branch's newest, of a repository or marketplace: to have again what was there before. */
  commit?: string | undefined;
  /** What the operator lets in, as of now. */
  policy: () => Promise<MarketplacePolicy>;
  /** Whether `local` sources and `file://` addresses are on: for development only. */
  allowLocal: boolean;
  /** The folders below which local sources must lie. */
  localRoots: readonly string[];
  /** Opens an uploaded package. @throws NoxusError source_file_missing */
  uploads: (fileId: string, signal: AbortSignal) => Promise<Readable>;
  /** The machine's environment: Git gets PATH, proxy, certificate and ssh agent variables of it, and nothing else. */
  environment: Record<string, string | undefined>;
  /** Told in words what goes on, several times a second at most. */
  onProgress?: ((message: string) => void) | undefined;
  signal: AbortSignal;
}
