import type { CommandContext } from "../command-line/define.ts";
import { findTrigger, type TriggerRecord } from "./trigger-record.ts";

/** Pauses, or lets go on. */
export async function enableTrigger(context: CommandContext, id: string, enabled: boolean): Promise<void> {
  const changed = await change(context, id, { enabled });
  context.terminal.print(changed, () => [`${changed.id} is ${changed.status}.`]);
}

/** A new secret for a webhook; the old one ends. */
export async function rotateSecret(context: CommandContext, id: string): Promise<void> {
  const changed = await change(context, id, { rotate_secret: true });
  context.terminal.print(changed, () => [
    changed.secret ?? `${changed.id} is no webhook, and has no secret.`,
  ]);
}

async function change(context: CommandContext, idOrStart: string, body: object): Promise<TriggerRecord> {
  const { id, workflow_id } = await findTrigger(context, idOrStart);
  const path = `/v1/workflows/${workflow_id}/triggers/${id}`;
  return context.connect().request<TriggerRecord>(path, { method: "PATCH", body, signal: context.signal });
}

/** Deletes it; runs that it has started stay. */
export async function deleteTrigger(context: CommandContext, idOrStart: string): Promise<void> {
  const { id } = await findTrigger(context, idOrStart);
  await context.connect().request(`/v1/triggers/${id}`, { method: "DELETE", signal: context.signal });
  context.terminal.print({ id, deleted: true }, () => [`Deleted ${id}.`]);
}
