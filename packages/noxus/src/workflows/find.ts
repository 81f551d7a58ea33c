import { NoxusError } from "@noxus/contracts";
import { didYouMean } from "../connection/nearest.ts";
import type { PlatformClient } from "../connection/platform-client.ts";

/** A workflow as the platform lists it. */
export interface WorkflowRecord {
  id: string;
  name: string;
  type: string;
  definition: Record<string, unknown>;
  updated_at?: string;
}

/** @throws NoxusError where no workflow, or more than one, has this name or id. */
export async function findWorkflow(
  client: PlatformClient,
  nameOrId: string,
  signal?: AbortSignal,
): Promise<WorkflowRecord> {
  const all = await client.list<WorkflowRecord>("/v1/workflows", signal);
  const found = all.filter(({ id, name }) => id === nameOrId || name === nameOrId);
  const [first, second] = found;
  if (first && !second) return first;
  if (first)
    throw new NoxusError(
      "conflict",
      `${found.length} workflows are named ${nameOrId}. Name one by its id: ${found.map(({ id }) => id).join(", ")}.`,
    );
  const next = didYouMean(
    nameOrId,
    all.map(({ name }) => name),
    "`noxus workflow list` shows all.",
  );
  throw new NoxusError("not_found", `There is no workflow named ${nameOrId}. ${next}`);
}
