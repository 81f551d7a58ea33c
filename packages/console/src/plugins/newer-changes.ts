export interface VersionChanges {
  version: string;
  /** Markdown. */
  text: string;
}

/** Of a change log, newest first, what is newer than the running version; of an unknown one the newest alone. */
export function newerChanges(
  changes: readonly VersionChanges[],
  running: string | null | undefined,
): VersionChanges[] {
  const plain = (version: string) => version.replace(/^v/i, "");
  const at = changes.findIndex(({ version }) => running && plain(version) === plain(running));
  return changes.slice(0, at === -1 ? 1 : at);
}
