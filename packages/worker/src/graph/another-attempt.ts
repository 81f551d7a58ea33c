import { NoxusError } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";
import type { PastNodeRun } from "../journal/past-node-runs.ts";

/** What of an error decides. */
type Failure = { code: string; data?: unknown };

/** What is the same however often it is tried. */
const lasting = new Set([
  "expression_invalid",
  "workflow_invalid",
  "workflow_input_missing",
  "wait_expired",
  "plugin_unknown",
]);

/** Whether a failure of this kind is worth another attempt, as long as the policy has one left. */
export function mayTryAgain(node: GraphNode, { code, data }: Failure): boolean {
  if (lasting.has(code)) return false;
  return mayRepeat(node) || !perhapsStarted({ code, data });
}

/** Attempts that are left of those that the policy allows; one at least, or the node would never be called. */
export function attemptsLeft({ policy }: GraphNode, past: PastNodeRun | undefined): number {
  return Math.max(1, 1 + policy.retries - (past?.failures ?? 0));
}

/** Whether a failure of an earlier life of the run was the node's last word. */
export function isLastFailure(node: GraphNode, past: PastNodeRun): boolean {
  if (past.status !== "failed") return false;
  return past.failures > node.policy.retries || (past.error !== null && !mayTryAgain(node, past.error));
}

/**
 * The failure of a node that must not be called again, its last call having been under way when the worker was lost;
 * undefined where it may be called.
 */
export function interruption(node: GraphNode, past: PastNodeRun | undefined): NoxusError | undefined {
  if (!past || mayRepeat(node)) return undefined;
  const isUnsure =
    past.status === "failed" ? past.error !== null && perhapsStarted(past.error) : past.status !== "skipped";
  if (!isUnsure) return undefined;
  return new NoxusError(
    "node_failed",
    "it was under way when the run lost its worker, so it perhaps took effect, and its policy (on_interruption: fail) forbids to call it again.",
    { data: { started: "perhaps" } },
  );
}

/** What waits, or only holds other nodes, takes no effect itself. */
export function hasNoCall({ role }: GraphNode["registered"]): boolean {
  return role === "wait" || role === "container";
}

function mayRepeat({ policy, registered }: GraphNode): boolean {
  return registered.pure || hasNoCall(registered) || policy.on_interruption === "retry";
}

/** Nobody knows whether it took effect: the connection broke, or the time was up. */
function perhapsStarted({ code, data }: Failure): boolean {
  const started = (data as { started?: unknown } | undefined)?.started;
  return started === "perhaps" || (code === "node_timeout" && started !== "no");
}
