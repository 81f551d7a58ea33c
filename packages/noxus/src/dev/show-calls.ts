import {
  endedStatuses,
  isNoxusError,
  type Page,
  type Plugin,
  type Run,
  type RunError,
} from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readEvents } from "../connection/event-stream.ts";
import type { PlatformClient } from "../connection/platform-client.ts";
import { pluginPath } from "../plugins/show.ts";
import { formatDuration } from "../terminal/duration.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** One call of a node, as a run's journal has it. */
interface Call {
  node_id: string;
  node_type: string;
  item: number | string | null;
  attempt: number;
  inputs: Record<string, unknown> | null;
  outputs: Record<string, unknown> | null;
  error: RunError | null;
  finished_at: string | null;
  call_ms: number | null;
}

interface ShownCall extends Call {
  run_id: string;
  /** Names the call among all. */
  key: string;
}

/** Runs that are looked through at each change; more in one moment are no author's own. */
const newestRuns = 10;

/** Characters of one value that are shown. */
const mostShown = 80;

/**
 * Prints each call of a plugin's nodes that ends from now on: what went in, what came out or what went wrong, and how long
 * it took. Credentials are no inputs, and never shown.
 */
export async function showCalls({ connect, terminal, signal }: CommandContext, id: string): Promise<void> {
  const client = connect();
  const begun = Date.now();
  const shown = new Set<string>();
  for await (const { event } of readEvents(client, "/v1/changes", { signal })) {
    if (event !== "runs") continue;
    const { nodes } = await client.request<Plugin>(pluginPath(id), { signal });
    for (const call of await callsSince(client, begun, signal)) {
      if (shown.has(call.key) || !nodes.includes(call.node_type)) continue;
      shown.add(call.key);
      showCall(terminal, call);
    }
  }
}

/** Calls that ended then or later, in the newest runs, the oldest first. */
async function callsSince(client: PlatformClient, begun: number, signal: AbortSignal): Promise<ShownCall[]> {
  const { items } = await client.request<Page<Run>>("/v1/runs", { query: { size: newestRuns }, signal });
  const isOld = ({ status, finished_at }: Run) =>
    endedStatuses.includes(status) && Date.parse(finished_at ?? "") < begun;
  const found: ShownCall[] = [];
  for (const { id } of items.filter((run) => !isOld(run)).toReversed()) {
    const { nodes } = await client
      .request<{ nodes: Call[] }>(`/v1/runs/${id}/data`, { signal })
      // Deleted since.
      .catch((error: unknown) => {
        if (isNoxusError(error, "not_found")) return { nodes: [] };
        throw error;
      });
    for (const call of nodes)
      if (call.finished_at !== null && Date.parse(call.finished_at) >= begun)
        found.push({ ...call, run_id: id, key: [id, call.node_id, call.item, call.attempt].join(" ") });
  }
  return found;
}

function showCall(terminal: Terminal, call: ShownCall): void {
  const { run_id, node_type, node_id, inputs, outputs, error, call_ms } = call;
  if (terminal.json)
    terminal.out(JSON.stringify({ call: { run_id, node_id, node_type, inputs, outputs, error, call_ms } }));
  const { green, red, dim } = terminal.colors;
  const took = call_ms === null ? "" : dim(` ${formatDuration(call_ms)}`);
  const came = error ? red(error.message) : valuesText(outputs);
  const arrow = error ? red("✗") : green("→");
  terminal.note(`${arrow} ${node_type}${took}  ${valuesText(inputs)} ${dim("→")} ${came}`);
}

function valuesText(values: Record<string, unknown> | null): string {
  const texts = Object.entries(values ?? {}).map(([name, value]) => `${name}=${shortened(value)}`);
  return texts.length > 0 ? texts.join(" ") : "nothing";
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}… (${text.length} characters)`;
}
