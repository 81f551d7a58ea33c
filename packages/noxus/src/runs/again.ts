import type { Run } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readInputs } from "../workflows/inputs.ts";
import { followRun } from "./follow.ts";
import { runPath } from "./show.ts";

export interface AgainOptions {
  /** Node id; only for a restart. */
  from?: string;
  input?: string[];
  follow?: boolean;
}

/** Starts a new run: `restart` keeps what the old one has finished, `replay` begins from its start. */
export async function runAgain(
  context: CommandContext,
  id: string,
  { word, ...options }: AgainOptions & { word: "restart" | "replay" },
): Promise<void> {
  const { connect, terminal, signal } = context;
  const { from, follow } = options;
  const input = await readInputs(context, options.input ?? []);
  const body = { input, ...(from !== undefined && { from_node: from }) };
  const run = await connect().request<Run>(`${runPath(id)}/${word}`, { method: "POST", body, signal });
  if (follow) await followRun(context, run.id);
  else terminal.print(run, () => [`${run.id} ${run.status}. Follow it: noxus run follow ${run.id}`]);
}
