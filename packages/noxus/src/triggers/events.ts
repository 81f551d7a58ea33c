import type { Page } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";
import { whenText } from "./list.ts";
import { findTrigger } from "./trigger-record.ts";

interface EventRecord {
  created_at: string;
  event_type: string;
  data: Record<string, unknown>;
  run_id: string | null;
  error: { message: string } | null;
}

/** Prints the newest things that it has received, and what came of each. */
export async function listEvents(context: CommandContext, idOrStart: string): Promise<void> {
  const { connect, terminal, signal } = context;
  const { id, workflow_id } = await findTrigger(context, idOrStart);
  const path = `/v1/workflows/${workflow_id}/triggers/${id}/events`;
  const { items } = await connect().request<Page<EventRecord>>(path, { query: { size: 20 }, signal });
  const rows = items.map(({ created_at, event_type, data, run_id, error }) => [
    whenText(created_at),
    event_type,
    run_id ?? `no run: ${error?.message ?? ""}`,
    JSON.stringify(data).slice(0, 60),
  ]);
  terminal.print(items, () => formatTable(["AT", "WHAT", "RUN", "DATA"], rows));
  if (items.length === 0) terminal.note("It has received nothing yet.");
}
