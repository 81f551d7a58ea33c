import type { Run } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { runPath } from "./show.ts";

/** Stops a run. */
export async function cancelRun({ connect, terminal, signal }: CommandContext, id: string): Promise<void> {
  const client = connect();
  await client.request(`${runPath(id)}/stop`, { method: "POST", signal });
  const run = await client.request<Run>(runPath(id), { signal });
  terminal.print(run, () => [`${run.id} ${run.status}.`]);
}
