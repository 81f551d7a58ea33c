import { endedStatuses, type Run, type RunEvent, runEventSchema } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { CommandFailed } from "../command-line/run.ts";
import { readEvents } from "../connection/event-stream.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { tookText } from "./list.ts";
import { runPath, valueLines } from "./show.ts";

/**
 * Prints a run's progress node by node until it ends, then its output. A run that did not complete ends the command with
 * code 1; interrupting only ends the following.
 */
export async function followRun(context: CommandContext, id: string): Promise<void> {
  const { connect, signal, terminal } = context;
  const client = connect();
  for await (const { data } of readEvents(client, `${runPath(id)}/events?until=end`, { signal })) {
    const parsed = runEventSchema.safeParse(JSON.parse(data));
    if (parsed.success) tell(terminal, parsed.data);
  }
  const run = await client.request<Run>(runPath(id), { signal });
  terminal.rewrite(undefined);
  terminal.print(run, () => endLines(run));
  if (endedStatuses.includes(run.status) && run.status !== "completed") throw new CommandFailed();
}

/** A line for each node that ends; the rest only moves the line that is rewritten. */
function tell(terminal: Terminal, event: RunEvent): void {
  const { green, red, yellow, dim } = terminal.colors;
  const data = event.data as {
    node_id?: unknown;
    node_name?: unknown;
    node_type?: unknown;
    node_status?: unknown;
    progress?: unknown;
    fraction?: unknown;
    message?: unknown;
    wait?: { kind?: string; until?: string; question?: string };
  };
  const name = [data.node_name, data.node_id].find((value) => typeof value === "string" && value);
  const mark = { completed: green("✓"), failed: red("✗"), skipped: dim("–"), stopped: yellow("■") }[
    String(data.node_status)
  ];
  if (name && data.wait) terminal.note(`  ${yellow("…")} ${String(name)} ${dim(waitText(data.wait))}`);
  else if (name && mark)
    terminal.note(`  ${mark} ${String(name)}${data.node_type ? dim(` ${String(data.node_type)}`) : ""}`);
  else if (name && event.type === "node.progress") terminal.rewrite(`  … ${String(name)} ${farText(data)}`);
  else if (typeof data.progress === "number") terminal.rewrite(`  … ${data.progress} %`);
}

function farText({ fraction, message }: { fraction?: unknown; message?: unknown }): string {
  const part = typeof fraction === "number" ? [`${Math.round(fraction * 100)} %`] : [];
  return [...part, ...(typeof message === "string" ? [message] : [])].join(" ");
}

function waitText({ kind, until, question }: { kind?: string; until?: string; question?: string }): string {
  const what = kind === "time" ? "waits" : `waits for ${kind === "approval" ? "an approval" : "a call"}`;
  const end = until ? ` until ${new Date(until).toLocaleString("sv-SE")}` : "";
  return `${what}${end}${question ? `: ${question}` : ""}`;
}

function endLines(run: Run): string[] {
  const took = tookText(run);
  const error = run.error
    ? [`${run.error.code}${run.error.nodeId ? ` in ${run.error.nodeId}` : ""}: ${run.error.message}`]
    : [];
  const output = valueLines("", run.output).filter((line) => line !== "");
  return [`${run.id} ${run.status}${took ? ` in ${took}` : ""}`, ...error, ...output];
}
