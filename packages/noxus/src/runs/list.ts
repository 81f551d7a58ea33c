import { NoxusError, type Page, type Run } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatDuration } from "../terminal/duration.ts";
import { formatTable } from "../terminal/table.ts";
import { findWorkflow, type WorkflowRecord } from "../workflows/find.ts";

export interface ListRunsOptions {
  workflow?: string;
  limit?: string;
}

/** Prints the newest runs. */
export async function listRuns(
  { connect, terminal, signal }: CommandContext,
  options: ListRunsOptions,
): Promise<void> {
  const client = connect();
  const size = Number(options.limit ?? 20);
  if (!(size >= 1 && size <= 500))
    throw new NoxusError(
      "invalid_request",
      `--limit takes a number from 1 to 500, and got "${options.limit}".`,
    );
  const workflows = await client.list<WorkflowRecord>("/v1/workflows", signal);
  const workflow = options.workflow ? await findWorkflow(client, options.workflow, signal) : undefined;
  const path = workflow ? `/v1/workflows/${workflow.id}/runs` : "/v1/runs";
  const { items } = await client.request<Page<Run>>(path, { query: { page: 1, size }, signal });
  const names = new Map(workflows.map(({ id, name }) => [id, name]));
  const header = ["ID", "WORKFLOW", "STATUS", "STARTED", "TOOK"];
  terminal.print(items, () =>
    formatTable(
      header,
      items.map((run) => toRow(run, names)),
    ),
  );
  if (items.length === 0) terminal.note("There is no run. Try: noxus workflow run --help");
}

function toRow(run: Run, names: ReadonlyMap<string, string>): string[] {
  const name = names.get(run.workflow_id) ?? (run.tried_node ? `node ${run.tried_node}` : run.workflow_id);
  return [run.id, name, run.status, new Date(run.created_at).toLocaleString("sv-SE"), tookText(run)];
}

/** How long a run took, from its creation. */
export function tookText(run: Run): string {
  return run.finished_at ? formatDuration(Date.parse(run.finished_at) - Date.parse(run.created_at)) : "";
}
