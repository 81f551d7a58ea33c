/** What one source may bring. Checked while content streams in, never after it was all written. */
export interface SourceLimits {
  /** Bytes of an archive, or of what Git transfers. */
  maxPackedBytes: number;
  /** Bytes of all files together, unpacked. */
  maxBytes: number;
  /** Unpacked bytes for each packed one. */
  maxRatio: number;
  /** Files, folders and links together. */
  maxEntries: number;
  /** Bytes of one path, from the archive's root. */
  maxPathBytes: number;
  /** Folders within folders. */
  maxDepth: number;
}

export const defaultLimits: SourceLimits = {
  // A plugin is source code, tens of kilobytes. Some bring a folder of wheels for machines without a network, or a model: hundreds of megabytes.
  maxPackedBytes: 512 * 1024 * 1024,
  maxBytes: 1024 * 1024 * 1024,
  // Source code packs 3 to 10 times, logs and tables up to 100; deflate cannot do more than 1,032, so a limit above that would stop no bomb.
  maxRatio: 200,
  // The largest public plugins have hundreds of files, with dependencies beside them some ten thousand. Each costs a system call when the tree is checked.
  maxEntries: 50_000,
  // Linux allows 4,096 for the whole path; the data folder, the release's hash and the environment take their part.
  maxPathBytes: 1024,
  maxDepth: 64,
};

/** A ratio says nothing of small content: an empty tar file is 10 KiB of zeros that pack 200 times. */
export const RATIO_FREE_BYTES = 16 * 1024 * 1024;
