import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";
import type { WorkflowRecord } from "./find.ts";

/** Prints all workflows. */
export async function listWorkflows({ connect, terminal, signal }: CommandContext): Promise<void> {
  const workflows = await connect().list<WorkflowRecord>("/v1/workflows", signal);
  terminal.print(workflows, () => formatTable(["NAME", "NODES", "CHANGED", "ID"], workflows.map(toRow)));
  if (workflows.length === 0) terminal.note("There is no workflow. Try: noxus workflow create --help");
}

function toRow({ name, id, definition, updated_at }: WorkflowRecord): string[] {
  const nodes = Array.isArray(definition?.nodes) ? String(definition.nodes.length) : "";
  return [name, nodes, updated_at ? new Date(updated_at).toLocaleString("sv-SE") : "", id];
}
