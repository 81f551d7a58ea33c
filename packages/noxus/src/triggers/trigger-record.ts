import { NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import type { PlatformClient } from "../connection/platform-client.ts";

export type TriggerKind = "schedule" | "webhook" | "plugin";

/** A trigger as the platform lists it. */
export interface TriggerRecord {
  id: string;
  workflow_id: string;
  kind: TriggerKind | null;
  definition: Record<string, unknown>;
  enabled: boolean;
  status: string;
  status_reason: string | null;
  next_at: string | null;
  last_at: string | null;
  last_run_id: string | null;
  path: string | null;
  secret?: string;
}

/** Fewer characters are a slip rather than an id. */
const shortestStart = 4;

/** All of the workspace. */
export function listRecords(client: PlatformClient, signal: AbortSignal): Promise<TriggerRecord[]> {
  return client.list<TriggerRecord>("/v1/triggers", signal);
}

/**
 * By its id, or by the beginning of it.
 *
 * @throws NoxusError `not_found`, or `conflict` where several begin so.
 */
export async function findTrigger(
  { connect, signal }: CommandContext,
  idOrStart: string,
): Promise<TriggerRecord> {
  const found = (await listRecords(connect(), signal)).filter(
    ({ id }) => id === idOrStart || (idOrStart.length >= shortestStart && id.startsWith(idOrStart)),
  );
  const [one] = found;
  if (one && found.length === 1) return one;
  if (one)
    throw new NoxusError("conflict", `${found.length} ids begin with ${idOrStart}. Give more of the id.`);
  throw new NoxusError(
    "not_found",
    `There is no schedule, webhook or trigger with the id ${idOrStart}. \`noxus trigger list\` shows all.`,
  );
}
