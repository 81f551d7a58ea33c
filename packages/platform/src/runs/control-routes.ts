import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pauseRun, resumeRun } from "./pause-run.ts";
import { presentRun } from "./present-run.ts";
import { presentWait } from "./present-wait.ts";
import { replayRun, restartRun } from "./restart-run.ts";
import { findRun } from "./run-store.ts";
import { openWaitToken } from "./wait-token.ts";
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
      access: { workspaceId, keyName },
      body: { from_node, input, timeout_seconds },
    }) => {
      const startedBy = { kind: "key" as const, name: keyName };
      const restart = { fromNode: from_node, input, timeoutSeconds: timeout_seconds, startedBy };
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
    async ({ params: { runId: id }, access: { workspaceId, keyName }, body: { input, timeout_seconds } }) => {
      const startedBy = { kind: "key" as const, name: keyName };
      const replay = { input, timeoutSeconds: timeout_seconds, startedBy };
      return presentRun(await replayRun(deps, { id, workspaceId }, replay));
    },
  );
}

function registerWaits(server: HttpServer, deps: Deps): void {
  const { database } = deps;
  server.get(
    "/v1/runs/:runId/waits",
    { schema: { tags, summary: "What the nodes of a run wait for", params } },
    async (request) => {
      const { workspaceId } = request.access;
      const run = await findRun(database.db, { id: request.params.runId, workspaceId });
      const rows = await listWaits(database.db, run.id);
      return { items: rows.map((row) => presentWait(row, request, deps)) };
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
