import type { WorkflowInput } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import type { WorkflowRecord } from "./find.ts";

/** Creates a workflow, or gives the one of the same name the new definition. */
export async function saveWorkflow(
  { connect, signal }: CommandContext,
  input: WorkflowInput,
): Promise<WorkflowRecord> {
  const client = connect();
  const existing = await withName(client, input.name, signal);
  const path = existing ? `/v1/workflows/${existing.id}` : "/v1/workflows";
  return client.request<WorkflowRecord>(path, { method: existing ? "PATCH" : "POST", body: input, signal });
}

/** The first workflow of this name. */
export async function withName(
  client: ReturnType<CommandContext["connect"]>,
  name: string,
  signal: AbortSignal,
): Promise<WorkflowRecord | undefined> {
  const all = await client.list<WorkflowRecord>("/v1/workflows", signal);
  return all.find((workflow) => workflow.name === name);
}
