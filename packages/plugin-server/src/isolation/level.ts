/**
 * How far a plugin's process is kept from everything else:
 *
 * - `process`: a process group of its own, an environment built from nothing, watched and swept; it reads and writes what
 *   the server's user may.
 * - `sandboxed`: besides, namespaces of its own: it sees its code, its environment, the system's programs and its own
 *   working folder, which alone it may write; it sees no other process and, where the server is root, it is a user of
 *   its own.
 */
export const isolationLevels = ["process", "sandboxed"] as const;
/** The level that a process has, and why it has no higher one. */
export interface AppliedIsolation {
  level: IsolationLevel;
  /** What is missing for the next level and what to do about it; absent at the highest. */
  missing?: string | undefined;
}
export type IsolationLevel = (typeof isolationLevels)[number];
