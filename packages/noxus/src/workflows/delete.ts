import type { CommandContext } from "../command-line/define.ts";
import { findWorkflow } from "./find.ts";

/** Deletes a workflow. */
export async function deleteWorkflow(
  { connect, terminal, signal }: CommandContext,
  nameOrId: string,
): Promise<void> {
  const client = connect();
  const { id, name } = await findWorkflow(client, nameOrId, signal);
  await client.request(`/v1/workflows/${id}`, { method: "DELETE", signal });
  terminal.print({ id, name, deleted: true }, () => [`Deleted ${name}.`]);
}
