import type { Run, RunWait } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";
import { runPath } from "./show.ts";

/** Prints what the nodes of a run wait for, and what to do about each. */
export async function listWaits({ connect, terminal, signal }: CommandContext, id: string): Promise<void> {
  const { items } = await connect().request<{ items: RunWait[] }>(`${runPath(id)}/waits`, { signal });
  const rows = items.map((wait) => [
    wait.item === null ? wait.node_id : `${wait.node_id} [${wait.item}]`,
    wait.kind,
    wait.until ? new Date(wait.until).toLocaleString("sv-SE") : "",
    wait.question ?? wait.url ?? "",
  ]);
  terminal.print(items, () => formatTable(["NODE", "WAITS FOR", "UNTIL", "WHAT"], rows));
  if (items.length === 0) terminal.note("Nothing in this run waits.");
  else if (items.some(({ kind }) => kind === "approval"))
    terminal.note(`Decide: noxus run approve ${id} NODE, or noxus run reject ${id} NODE`);
}

export interface DecideOptions {
  comment?: string;
  item?: string;
}

/** Approves or rejects what a node of a run asks. */
export async function decideWait(
  { connect, terminal, signal }: CommandContext,
  [id = "", node = ""]: readonly string[],
  { word, comment, item }: DecideOptions & { word: "approve" | "reject" },
): Promise<void> {
  const path = `${runPath(id)}/nodes/${encodeURIComponent(node)}/${word}`;
  const body = { ...(comment !== undefined && { comment }), ...(item !== undefined && { item }) };
  const run = await connect().request<Run>(path, { method: "POST", body, signal });
  terminal.print(run, () => [`${run.id} goes on. Follow it: noxus run follow ${run.id}`]);
}
