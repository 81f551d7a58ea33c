import type { Run } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { runPath } from "./show.ts";

/** Pauses a run, or lets a paused one go on. */
export async function changeRun(
  { connect, terminal, signal }: CommandContext,
  id: string,
  word: "pause" | "resume",
): Promise<void> {
  const run = await connect().request<Run>(`${runPath(id)}/${word}`, { method: "POST", signal });
  // What is under way in it ends first.
  const isPausing = word === "pause" && run.status === "running";
  terminal.print(run, () => [
    `${run.id} ${isPausing ? "pauses when what is under way has ended" : run.status}.`,
  ]);
}
