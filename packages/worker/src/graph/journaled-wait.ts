import { type NodeWait, NoxusError } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";
import { loadArrival, type PastNodeRuns, pastKey } from "../journal/past-node-runs.ts";
import type { NodeRunRecord, RunJournal } from "../journal/run-journal.ts";
import type { Sql } from "../journal/sql.ts";
import type { NodeOutputs } from "../nodes/node-call.ts";
import type { RunControl } from "../queue/run-control.ts";

export interface JournaledWait {
  node: GraphNode;
  journalId: string;
  item: string;
  /** The node run that is to wait. */
  record: NodeRunRecord;
  wait: NodeWait;
  journal: RunJournal;
  past: PastNodeRuns;
  control: RunControl;
  sql: Sql;
  signal: AbortSignal;
}

/**
 * Waits for a time, or for what the platform writes into the journal. That the node waits, and until when, is committed
 * first, so that it is the same after whatever happens to this worker.
 *
 * @throws NoxusError `wait_expired`; RunInterrupted `suspended` where nothing else of the run goes on.
 */
export async function waitInJournal(options: JournaledWait): Promise<NodeOutputs> {
  const { journalId, item, record, journal, past, control, sql } = options;
  const earlier = past.get(pastKey(journalId, item));
  const wait = (earlier?.status === "waiting" && earlier.wait) || options.wait;
  if (earlier?.status !== "waiting") {
    journal.add({
      record: { ...record, status: "waiting", wait },
      event: waitingEvent(options),
      durable: true,
    });
    await journal.flush();
  }
  const address = { runId: journal.runId, nodeId: journalId, item, attempt: record.attempt };
  const look = async () => {
    const arrived = wait.kind === "time" ? undefined : await loadArrival(sql, address, journal.large);
    return arrived ?? (leftMs(wait) <= 0 ? atItsEnd(wait) : undefined);
  };
  // Before it counts as waiting: a run in which all that waits has come is not to be suspended.
  const before = await look();
  if (before) return before;
  return control.wait(wait, async () => {
    for (;;) {
      await control.sleep(leftMs(wait), options.signal);
      const outputs = await look();
      if (outputs) return outputs;
    }
  });
}

function leftMs({ until }: NodeWait): number {
  return until ? Date.parse(until) - Date.now() : Number.POSITIVE_INFINITY;
}

function atItsEnd({ kind, until }: NodeWait): NodeOutputs {
  if (kind === "time") return {};
  const what = kind === "approval" ? "nobody approved or rejected" : "no call came";
  throw new NoxusError(
    "wait_expired",
    `${what} until ${until}. Connect its on_error output where the run is to go on without.`,
  );
}

function waitingEvent({ node, journalId, item, wait }: JournaledWait) {
  const data = {
    workflow_status: "running",
    node_id: journalId,
    node_name: node.title,
    node_type: node.type,
    node_status: "waiting",
    ...(item !== "" && { item }),
    wait,
  };
  return { type: "node.waiting", data };
}
