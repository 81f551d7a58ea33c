import type { ReleaseSignature } from "@noxus/contracts";

/** What fetching a source into a temporary folder gave. The folder is the caller's to move or remove. */
export interface Fetched {
  /** Absolute path of the plugin's own folder (with pyproject.toml), inside the temporary folder. */
  folder: string;
  /** The Git commit, where the source is a repository. */
  commit?: string;
  /** Who signed it, of a marketplace's plugin. */
  signature?: ReleaseSignature;
  warnings: string[];
}
