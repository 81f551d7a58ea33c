import { NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { findWorkflow } from "./find.ts";

/** Sets how many runs of a workflow are executed at once; the others wait. */
export async function limitWorkflow(
  { connect, terminal, signal }: CommandContext,
  [nameOrId = "", count = ""]: string[],
): Promise<void> {
  const limit = count === "none" ? null : Number(count);
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1))
    throw new NoxusError("invalid_request", `Expected a number from 1, or "none", and got "${count}".`);
  const client = connect();
  const { id, name } = await findWorkflow(client, nameOrId, signal);
  const body = { max_concurrent_runs: limit };
  await client.request(`/v1/workflows/${id}`, { method: "PATCH", body, signal });
  const words =
    limit === null
      ? "has no limit of runs at once"
      : `runs at most ${limit} time${limit === 1 ? "" : "s"} at once`;
  terminal.print({ id, name, ...body }, () => [`${name} ${words}.`]);
}
