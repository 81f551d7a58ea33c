import { setTimeout as wait } from "node:timers/promises";
import { NoxusError } from "@noxus/contracts";
import { holdsSocket, listeningInodes } from "@noxus/service";
import { markedProcesses } from "./process-tree.ts";

/** A plugin listens 30 to 200 ms after it printed its port. */
const pollMs = 5;

/**
 * Waits until somebody listens on the printed port, and makes sure that it is the plugin or a process it started: a
 * printed port is a claim, and what we send there holds credentials. Where the system does not tell, nothing is checked.
 *
 * @throws NoxusError plugin_port_foreign
 */
export async function assertOwnPort({
  port,
  pid,
  marker,
  signal,
}: {
  port: number;
  pid: number;
  marker: string | undefined;
  signal: AbortSignal;
}): Promise<void> {
  if (process.platform !== "linux") return;
  let inodes = await listeningInodes(port);
  while (inodes.size === 0) {
    await wait(pollMs, undefined, { signal });
    inodes = await listeningInodes(port);
  }
  if (await holdsSocket(pid, inodes)) return;
  const others = await markedProcesses((found) => found === marker);
  for (const other of others) if (await holdsSocket(other, inodes)) return;
  throw new NoxusError(
    "plugin_port_foreign",
    `The plugin printed port ${port}, but another process listens there. Let it listen on port 0 and print what it got.`,
    { data: { port } },
  );
}
