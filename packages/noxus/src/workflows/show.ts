import type { CommandContext } from "../command-line/define.ts";
import { findWorkflow } from "./find.ts";

/** Prints a workflow as a file for `workflow create`; with `--json` the whole record. */
export async function showWorkflow(
  { connect, terminal, signal }: CommandContext,
  nameOrId: string,
): Promise<void> {
  const workflow = await findWorkflow(connect(), nameOrId, signal);
  const { name, type, definition } = workflow;
  terminal.print(workflow, () => [JSON.stringify({ name, type, definition }, null, 2)]);
}
