import { fileValueSchema, type Run } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatFields } from "../terminal/table.ts";
import { tookText } from "./list.ts";

/** Prints a run with its input, output and error. */
export async function showRun({ connect, terminal, signal }: CommandContext, id: string): Promise<void> {
  const run = await connect().request<Run>(runPath(id), { signal });
  terminal.print(run, () => runLines(run));
}

/** Where a run is found by its id. */
export function runPath(id: string): string {
  return `/v1/runs/${encodeURIComponent(id)}`;
}

function runLines(run: Run): string[] {
  return [
    ...formatFields([
      ["id", run.id],
      ["workflow", run.tried_node ? undefined : run.workflow_id],
      ["node alone", run.tried_node],
      ["status", `${run.status}${run.status === "running" ? ` (${run.progress} %)` : ""}`],
      ["created", new Date(run.created_at).toLocaleString("sv-SE")],
      ["goes on", run.wake_at && new Date(String(run.wake_at)).toLocaleString("sv-SE")],
      ["restarted from", run.restarted_from],
      ["took", tookText(run)],
      [
        "error",
        run.error &&
          `${run.error.code}${run.error.nodeId ? ` in ${run.error.nodeId}` : ""}: ${run.error.message}`,
      ],
    ]),
    ...valueLines("input", run.input),
    ...valueLines("output", run.output),
  ];
}

/** A record of values: one line a value, a text of several lines below its name. */
export function valueLines(title: string, values: Record<string, unknown> | null | undefined): string[] {
  const entries = Object.entries(values ?? {});
  if (entries.length === 0) return [];
  return ["", title, ...entries.flatMap(([name, value]) => valueLine(name, value))];
}

function valueLine(name: string, value: unknown): string[] {
  const file = fileValueSchema.safeParse(value);
  const text = file.success ? `${file.data.name} (${file.data.uri})` : toText(value);
  return text.includes("\n")
    ? [`  ${name}:`, ...text.split("\n").map((line) => `    ${line}`)]
    : [`  ${name}: ${text}`];
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
