import { createHash } from "node:crypto";

/**
 * First of 2^24 user ids that Linux distributions, containers and directory services leave alone (they end below
 * 1,878,982,656; what systemd calls its foreign range begins at 2,147,352,576).
 */
const firstUser = 0x7000_0000;

/** The user id that a plugin's processes have where the server is root: its own, and the same at every start. */
export function userOf(pluginId: string): number {
  return firstUser + createHash("sha256").update(pluginId).digest().readUIntBE(0, 3);
}
