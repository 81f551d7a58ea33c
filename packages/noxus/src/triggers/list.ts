import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";
import type { WorkflowRecord } from "../workflows/find.ts";
import { listRecords, type TriggerKind, type TriggerRecord } from "./trigger-record.ts";

/** Prints what starts workflows: of one kind, or all. */
export async function listTriggers(
  { connect, terminal, signal }: CommandContext,
  kind?: TriggerKind,
): Promise<void> {
  const client = connect();
  const triggers = (await listRecords(client, signal)).filter((one) => !kind || one.kind === kind);
  const workflows = await client.list<WorkflowRecord>("/v1/workflows", signal);
  const names = new Map(workflows.map(({ id, name }) => [id, name]));
  const rows = triggers.map((one) => toRow(one, names.get(one.workflow_id) ?? one.workflow_id));
  terminal.print(triggers, () =>
    formatTable(["ID", "WORKFLOW", "STARTED BY", "STATUS", "LAST", "NEXT"], rows),
  );
  for (const { id, status, status_reason } of triggers)
    if (status === "failing") terminal.note(`${id.slice(0, 8)} fails: ${status_reason}`);
  if (triggers.length === 0)
    terminal.note("There is none. Try: noxus schedule create --help, or webhook, or trigger");
}

function toRow({ id, definition, status, last_at, next_at }: TriggerRecord, workflow: string): string[] {
  const { type, cron, timezone } = definition;
  const what = type === "schedule" ? `${cron} ${timezone ?? "UTC"}` : String(type ?? "nothing");
  return [id.slice(0, 8), workflow, what, status, whenText(last_at), whenText(next_at)];
}

/** In this machine's time. */
export function whenText(at: string | null): string {
  return at ? new Date(at).toLocaleString("sv-SE") : "–";
}
