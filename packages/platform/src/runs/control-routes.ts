import type { NodeRunRow } from "@noxus/database";
import type { HttpServer, Keyring } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pauseRun, resumeRun } from "./pause-run.ts";
import { presentRun } from "./present-run.ts";
import { replayRun, restartRun } from "./restart-run.ts";
import { findRun } from "./run-store.ts";
import { openWaitToken, sealWaitToken } from "./wait-token.ts";
import { arrive, listWaits } from "./waits.ts";

const tags = ["runs"];
const params = z.object({ runId: z.string() });
const again = z.object({
  input: z.record(z.string(), z.unknown()).optional().describe("Goes over the input of the old run."),
  timeout_seconds: z.number().positive().optional().describe("Longest time of the new run."),
});
const decision = z.object({
  comment: z.string().optional(),
  item: z.coerce.string().default("").describe("Which item, where a list is mapped over the node."),
});

type Deps = PlatformDependencies;

/** Routes that change what an existing run does: pause, resume, restart, replay, and what it waits for. */
export function registerRunControlRoutes(server: HttpServer, deps: Deps): void {
  registerPausing(server, deps);
  registerRestarting(server, deps);
  registerWaits(server, deps);
  registerWaitAddress(server, deps);
}

function registerPausing(server: HttpServer, { database }: Deps): void {
  const words = { pause: pauseRun, resume: resumeRun };
  for (const [word, change] of Object.entries(words))
    server.post(
      `/v1/runs/:runId/${word}`,
      { schema: { tags, summary: word === "pause" ? "Pause a run" : "Let a paused run go on", params } },
      async ({ params: { runId: id }, access: { workspaceId } }) => {
        await change(database, { id, workspaceId });
        return presentRun(await findRun(database.db, { id, workspaceId }));
      },
    );
}

function registerRestarting(server: HttpServer, deps: Deps): void {
  const body = again.extend({
    from_node: z
      .string()
      .optional()
      .describe(
        "This node and all that depends on it are executed anew; without it, what had not ended well.",
      ),
  });
  server.post(
    "/v1/runs/:runId/restart",
    { schema: { tags, summary: "A new run that begins with what an ended one has finished", params, body } },
    async ({
      params: { runId: id },
      access: { workspaceId },
      body: { from_node, input, timeout_seconds },
    }) => {
      const restart = { fromNode: from_node, input, timeoutSeconds: timeout_seconds };
      return presentRun(await restartRun(deps, { id, workspaceId }, restart));
    },
  );
  server.post(
    "/v1/runs/:runId/replay",
    {
      schema: {
        tags,
        summary: "A new run of the same workflow as it was, from its beginning",
        params,
        body: again,
      },
    },
    async ({ params: { runId: id }, access: { workspaceId }, body: { input, timeout_seconds } }) =>
      presentRun(await replayRun(deps, { id, workspaceId }, { input, timeoutSeconds: timeout_seconds })),
  );
}

function registerWaits(server: HttpServer, deps: Deps): void {
  const { database } = deps;
  server.get(
    "/v1/runs/:runId/waits",
    { schema: { tags, summary: "What the nodes of a run wait for", params } },
    async ({ params: { runId: id }, access: { workspaceId }, protocol, host }) => {
      const run = await findRun(database.db, { id, workspaceId });
      const rows = await listWaits(database.db, run.id);
      const base = deps.environment.NOXUS_PUBLIC_URL ?? `${protocol}://${host}`;
      const urlOf = (row: NodeRunRow) => waitUrl(base, row, { workspaceId, keyring: deps.keyring });
      return { items: rows.map((row) => presentWait(row, urlOf)) };
    },
  );
  for (const word of ["approve", "reject"] as const)
    server.post(
      `/v1/runs/:runId/nodes/:nodeId/${word}`,
      {
        schema: {
          tags,
          summary: word === "approve" ? "Approve what a node asks" : "Reject what a node asks",
          params: params.extend({ nodeId: z.string() }),
          body: decision,
        },
      },
      async ({ params: { runId: id, nodeId }, body: { comment = "", item }, access }) => {
        const { workspaceId, keyName } = access;
        const branch = word === "approve" ? "approved" : "rejected";
        await arrive(
          database,
          { id, workspaceId, nodeId, item },
          {
            kind: "approval",
            outputs: ({ value = null }) => ({ [branch]: value, comment, decided_by: keyName }),
          },
        );
        return presentRun(await findRun(database.db, { id, workspaceId }));
      },
    );
}

function presentWait(row: NodeRunRow, urlOf: (row: NodeRunRow) => string) {
  return {
    node_id: row.nodeId,
    node_type: row.nodeType,
    item: row.item === "" ? null : row.item,
    ...row.wait,
    until: row.wait?.until ?? null,
    since: row.startedAt?.toISOString() ?? null,
    inputs: row.inputs,
    ...(row.wait?.kind === "webhook" && { url: urlOf(row) }),
  };
}

/** Where the call that a node waits for is to be sent. */
function waitUrl(
  base: string,
  { runId, nodeId, item }: NodeRunRow,
  { workspaceId, keyring }: { workspaceId: string; keyring: Keyring },
): string {
  return `${base.replace(/\/$/, "")}/v1/waits?token=${sealWaitToken({ workspaceId, runId, nodeId, item }, keyring)}`;
}

/** Asks for no key: the address itself is the secret. */
function registerWaitAddress(server: HttpServer, { database, keyring }: Deps): void {
  server.post(
    "/v1/waits",
    {
      schema: {
        tags,
        summary: "Tell a waiting node what it waits for; its address works once",
        querystring: z.object({ token: z.string().default("") }),
        body: z.unknown(),
      },
    },
    async ({ query: { token }, body }, reply) => {
      const { runId, ...address } = openWaitToken(token, keyring);
      const outputs = ({ value }: Record<string, unknown>) => ({
        body: body ?? null,
        ...(value !== undefined && { value }),
      });
      await arrive(database, { id: runId, ...address }, { kind: "webhook", outputs });
      return reply.code(202).send({ received: true });
    },
  );
}
