/** An immutable copy of a source, addressed by its content: the sha256 of its file tree. */
export interface Release {
  hash: string;
  /** Absolute path of the file tree, read-only by convention; a digest check finds changes. */
  folder: string;
}
