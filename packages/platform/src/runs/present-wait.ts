import type { NodeWait, RunWait } from "@noxus/contracts";
import type { NodeRunRow } from "@noxus/database";
import type { FastifyRequest } from "fastify";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { sealWaitToken } from "./wait-token.ts";

/** What a node waits for, with the address to send it to where it is a call; that is made for who asks. */
export function presentWait(
  row: NodeRunRow,
  { access: { workspaceId }, protocol, host }: Pick<FastifyRequest, "access" | "protocol" | "host">,
  { environment, keyring }: Pick<PlatformDependencies, "environment" | "keyring">,
): RunWait {
  const { runId, nodeId, item } = row;
  // A node run that waits always has one.
  const wait = row.wait as NodeWait;
  const base = (environment.NOXUS_PUBLIC_URL ?? `${protocol}://${host}`).replace(/\/$/, "");
  const url = () => `${base}/v1/waits?token=${sealWaitToken({ workspaceId, runId, nodeId, item }, keyring)}`;
  return {
    node_id: nodeId,
    node_type: row.nodeType,
    item: item === "" ? null : item,
    ...wait,
    until: wait.until ?? null,
    since: row.startedAt?.toISOString() ?? null,
    inputs: row.inputs,
    ...(wait.kind === "webhook" && { url: url() }),
  };
}
