import { toText } from "@noxus/workflow";
import { waitMs } from "./delay.ts";
import type { NodeExecutor } from "./node-call.ts";

/** Waits for a decision: the platform writes it into the journal as the node's outputs. */
export const executeApproval: NodeExecutor = ({ config, wait }) => {
  const question = toText(config.question);
  return wait({ kind: "approval", ...untilOf(config.timeout_seconds), ...(question && { question }) });
};

/** Waits for a call to its address, which the platform writes into the journal as the node's outputs. */
export const executeWebhookWait: NodeExecutor = ({ config, wait }) =>
  wait({ kind: "webhook", ...untilOf(config.timeout_seconds) });

function untilOf(seconds: unknown): { until?: string } {
  const ms = waitMs(seconds, "The longest wait");
  return ms === undefined ? {} : { until: new Date(Date.now() + ms).toISOString() };
}
