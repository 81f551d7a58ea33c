import type { NodeRunRow, RunRow } from "@noxus/database";
import { triedNode } from "./try-node.ts";

/** A run as the published clients read it; `error`, `started_at` and `workflow_version_id` are ours. */
export function presentRun(row: RunRow) {
  return {
    id: row.id,
    group_id: row.workspaceId,
    workflow_id: row.workflowId,
    workflow_version_id: row.workflowVersionId,
    input: row.input,
    node_ids: row.nodeIds,
    status: row.status,
    progress: row.progress,
    progress_details: null,
    output: row.output,
    error: row.error,
    callback_url: row.callbackUrl,
    restarted_from: row.restartedFrom,
    started_by: row.startedBy,
    /** The type of the one node that was tried alone; null of a workflow's run. */
    tried_node: triedNode(row),
    deadline_at: row.deadlineAt?.toISOString() ?? null,
    wake_at: row.wakeAt?.toISOString() ?? null,
    pause_requested: row.pauseRequestedAt !== null,
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}

/** One journaled node run, or one item of it; times in ms. */
export function presentNodeRun(row: NodeRunRow) {
  return {
    node_id: row.nodeId,
    node_type: row.nodeType,
    item: row.item === "" ? null : /^\d+$/.test(row.item) ? Number(row.item) : row.item,
    attempt: row.attempt,
    status: row.status,
    inputs: row.inputs,
    outputs: row.outputs,
    error: row.error,
    ready_at: row.readyAt?.toISOString() ?? null,
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
    call_ms: row.callMs,
    wait: row.wait,
    plugin_release: row.pluginRelease,
    /** Done in the run that this one was restarted from. */
    reused: row.epoch === 0,
    total_ms: row.readyAt && row.finishedAt ? row.finishedAt.getTime() - row.readyAt.getTime() : null,
  };
}
