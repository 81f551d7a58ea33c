import { NoxusError, pageQuerySchema, runInputSchema, runStatusSchema } from "@noxus/contracts";
import type { RunRow } from "@noxus/database";
import type { HttpServer } from "@noxus/service";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { sendEvents } from "../http/event-stream.ts";
import { findWorkflow, isUuid, workflowName } from "../workflows/workflow-store.ts";
import { registerRunControlRoutes } from "./control-routes.ts";
import { startRun } from "./create-run.ts";
import { deleteRunsById, deleteSelectedRuns } from "./delete-runs.ts";
import { idempotentStart } from "./idempotent-start.ts";
import { registerLargeValueRoutes } from "./large-value-routes.ts";
import { nodeIo } from "./node-io.ts";
import { registerOpenWaitsRoutes } from "./open-waits-routes.ts";
import { presentNodeRun, presentRun } from "./present-run.ts";
import { RunEvents } from "./run-events.ts";
import { findRun, listNodeRuns, listRuns } from "./run-store.ts";
import { searchPlaces, searchRuns } from "./search-runs.ts";
import { stopRun } from "./stop-run.ts";
import { summariseRuns } from "./summarise-runs.ts";
import { registerTrialRoutes } from "./trial-routes.ts";

const tags = ["runs"];
const workflowParams = z.object({ id: z.string() });
const runParams = z.object({ runId: z.string() });
const listQuery = pageQuerySchema.extend({
  status: runStatusSchema.optional(),
  since: z.coerce.date().optional().describe("Started then or later."),
  until: z.coerce.date().optional().describe("Started before then."),
  run_id: z
    .string()
    .regex(/^[0-9a-f-]{1,36}$/i, "Expected a run's id or its beginning: hexadecimal digits and hyphens.")
    .optional()
    .describe("A run's id, or its beginning."),
  view: z
    .enum(["full", "summary"])
    .default("full")
    .describe("`summary`: what a list shows, with the workflow's name, without inputs and outputs."),
});

const startHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .optional()
    .describe("A start with the same key gets the same run again; with another body it is refused (422)."),
});

/** How long `stop` waits for the run's worker, so that the answer is the run as it is then. */
const stopWaitMs = 2_000;

interface RunRoutes extends PlatformDependencies {
  events: RunEvents;
}

/** Routes of runs: start, read, follow, stop, search, delete. */
export function registerRunRoutes(server: HttpServer, dependencies: PlatformDependencies): void {
  const routes = { ...dependencies, events: new RunEvents(dependencies.database) };
  registerStarting(server, routes);
  registerReading(server, routes);
  registerDetails(server, routes);
  registerFollowing(server, routes);
  registerStopping(server, routes);
  registerDeleting(server, routes);
  registerSearching(server, routes);
  registerRunControlRoutes(server, dependencies);
  registerOpenWaitsRoutes(server, dependencies);
  registerTrialRoutes(server, dependencies);
  registerLargeValueRoutes(server, dependencies);
}

function registerStarting(server: HttpServer, routes: RunRoutes): void {
  const schema = { tags, params: workflowParams, headers: startHeaders, body: runInputSchema };
  server.post("/v1/workflows/:id/runs", { schema: { ...schema, summary: "Start a run" } }, async (request) =>
    presentRun(await start(request, routes)),
  );
  const querystring = z.object({ output_only: z.stringbool().default(false) });
  server.post(
    "/v1/workflows/:id/runs/sync",
    {
      schema: {
        ...schema,
        querystring,
        summary: "Start a run and answer when it has ended, or asks a person",
      },
    },
    async (request, reply) => {
      const { id } = await start(request, routes);
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      await routes.events.answered(id, AbortSignal.any([routes.signal, gone.signal]));
      const run = await findRun(routes.database.db, { id, workspaceId: request.access.workspaceId });
      return request.query.output_only ? outputOf(run) : presentRun(run);
    },
  );
}

type StartRequest = Pick<FastifyRequest, "access"> & {
  params: { id: string };
  body: z.infer<typeof runInputSchema>;
  headers: z.infer<typeof startHeaders>;
};

function start({ params, body, access, headers }: StartRequest, routes: RunRoutes): Promise<RunRow> {
  const { workspaceId, keyName } = access;
  const key = headers["idempotency-key"];
  return startRun(
    {
      workflowId: params.id,
      workspaceId,
      input: body.input,
      versionId: body.workflow_version_id ?? undefined,
      timeoutSeconds: body.timeout_seconds ?? undefined,
      nodeIds: body.node_ids ?? undefined,
      callbackUrl: body.callback_url ?? undefined,
      startedBy: { kind: "key", name: keyName },
      once: key ? idempotentStart(workspaceId, key, [params.id, body]) : undefined,
    },
    routes,
  );
}

/** @throws NoxusError `node_failed`, `run_cancelled` or `unavailable`: there is no output to answer with. */
function outputOf({ id, status, output, error }: RunRow): Record<string, unknown> {
  if (status === "completed") return output ?? {};
  const data = { run_id: id, ...(error && { error }) };
  if (status === "stopped") throw new NoxusError("run_cancelled", `The run ${id} was stopped.`, { data });
  if (status === "failed") throw new NoxusError("node_failed", error?.message ?? "The run failed.", { data });
  throw new NoxusError("unavailable", `The run ${id} is ${status} and has no output yet; read it there.`, {
    data,
  });
}

function registerReading(server: HttpServer, { database: { db } }: RunRoutes): void {
  server.get(
    "/v1/workflows/:id/runs",
    { schema: { tags, summary: "List a workflow's runs", params: workflowParams, querystring: listQuery } },
    async ({ params, query, access }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId: access.workspaceId });
      return pageOf(db, query, { workspaceId: access.workspaceId, workflowId });
    },
  );
  const all = listQuery.extend({ workflow_id: z.uuid().optional() });
  server.get(
    "/v1/runs",
    { schema: { tags, summary: "List runs", querystring: all } },
    async ({ query, access }) =>
      pageOf(db, query, { workspaceId: access.workspaceId, workflowId: query.workflow_id }),
  );
  server.get(
    "/v1/runs/:runId",
    { schema: { tags, summary: "Read a run", params: runParams } },
    async ({ params, access }) =>
      presentRun(await findRun(db, { id: params.runId, workspaceId: access.workspaceId })),
  );
  // Clients up to 0.3.0 say "run".
  for (const word of ["runs", "run"])
    server.get(
      `/v1/workflows/:id/${word}/:runId`,
      {
        schema: { tags, summary: "Read a run of a workflow", params: workflowParams.extend(runParams.shape) },
      },
      async ({ params, access }) => {
        const { workspaceId } = access;
        return presentRun(await findRun(db, { id: params.runId, workspaceId, workflowId: params.id }));
      },
    );
}

async function pageOf(
  db: RunRoutes["database"]["db"],
  query: z.infer<typeof listQuery>,
  filter: { workspaceId: string; workflowId: string | undefined },
) {
  const { page, page_size, status, since, until, run_id: idBeginning } = query;
  const size = query.size ?? page_size ?? 10;
  const wanted = { ...filter, status, since, until, idBeginning, page, size };
  if (query.view === "summary") return summariseRuns(db, wanted);
  const { rows, total } = await listRuns(db, wanted);
  return { items: rows.map(presentRun), total, page, size };
}

function registerDetails(server: HttpServer, { database: { db } }: RunRoutes): void {
  server.get(
    "/v1/runs/:runId/data",
    {
      schema: {
        tags,
        summary: "A run with its workflow as it was, and inputs and outputs of every node",
        params: runParams,
      },
    },
    async ({ params, access }) => {
      const run = await findRun(db, { id: params.runId, workspaceId: access.workspaceId });
      const [nodes, workflow_name] = await Promise.all([
        listNodeRuns(db, { runId: run.id }),
        workflowName(db, run.workflowId),
      ]);
      const { definition } = run;
      return { ...presentRun(run), workflow_name, definition, nodes: nodes.map(presentNodeRun) };
    },
  );
  const querystring = z.object({ it: z.coerce.number().int().min(0).default(0) });
  server.get(
    "/v1/runs/:runId/io/:nodeId",
    {
      schema: {
        tags,
        summary: "Inputs and outputs of one node; `it` chooses one of a list's items, from 1",
        params: runParams.extend({ nodeId: z.string() }),
        querystring,
      },
    },
    async ({ params, query, access }) => {
      const { id: runId } = await findRun(db, { id: params.runId, workspaceId: access.workspaceId });
      return nodeIo(await listNodeRuns(db, { runId, nodeId: params.nodeId }), params.nodeId, query.it);
    },
  );
}

function registerFollowing(server: HttpServer, { database, events, signal }: RunRoutes): void {
  const summary = "A run's events as server-sent events, to its end; resumes after `etag` or Last-Event-ID";
  const querystring = z.object({
    etag: z.string().optional(),
    until: z
      .enum(["answer", "end"])
      .default("answer")
      .describe("`answer` ends the stream, as the published client expects, also where a person is asked."),
  });
  server.get(
    "/v1/runs/:runId/events",
    { schema: { tags, summary, params: runParams, querystring } },
    async ({ params, query, access, headers }, reply) => {
      const { id } = await findRun(database.db, { id: params.runId, workspaceId: access.workspaceId });
      const after = query.etag ?? headers["last-event-id"] ?? "0";
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      return sendEvents(
        reply,
        events.follow(
          id,
          { after: eventId(String(after)), pastQuestions: query.until === "end" },
          AbortSignal.any([signal, gone.signal]),
        ),
      );
    },
  );
}

function eventId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new NoxusError(
    "invalid_request",
    `"${text}" is no event id of a run: send the redisId of the last event.`,
  );
}

function registerStopping(server: HttpServer, { database, events }: RunRoutes): void {
  server.post(
    "/v1/runs/:runId/stop",
    { schema: { tags, summary: "Stop a run", params: runParams } },
    async ({ params, access }) => {
      const address = { id: params.runId, workspaceId: access.workspaceId };
      await stopRun(database, address);
      await events.ended(params.runId, AbortSignal.timeout(stopWaitMs));
      return presentRun(await findRun(database.db, address));
    },
  );
}

function registerDeleting(server: HttpServer, { database: { db } }: RunRoutes): void {
  server.delete(
    "/v1/runs/:runId",
    { schema: { tags, summary: "Delete a run that has ended", params: runParams } },
    async ({ params, access }) => {
      const { id } = await findRun(db, { id: params.runId, workspaceId: access.workspaceId });
      return deleteRunsById(db, { ids: [id], workspaceId: access.workspaceId });
    },
  );
  const body = z.looseObject({
    run_ids: z.array(z.string()).max(10_000).optional(),
    filters: z
      .looseObject({ to_date: z.coerce.date().optional(), workflow_id: z.string().refine(isUuid).optional() })
      .optional(),
    expected_count: z.number().int().optional(),
    dry_run: z.boolean().default(false),
  });
  server.post(
    "/v1/runs/bulk/delete",
    { schema: { tags, summary: "Delete ended runs by id, or by age and workflow", body } },
    async ({ body: { run_ids, filters, expected_count, dry_run }, access: { workspaceId } }) => {
      const limits = { workspaceId, expectedCount: expected_count, dryRun: dry_run };
      if (run_ids) return deleteRunsById(db, { ids: run_ids, ...limits });
      if (!filters)
        throw new NoxusError(
          "invalid_request",
          "Say which runs to delete: run_ids, or filters with to_date or workflow_id.",
        );
      return deleteSelectedRuns(db, {
        ...limits,
        createdBefore: filters.to_date,
        workflowId: filters.workflow_id,
      });
    },
  );
}

function registerSearching(server: HttpServer, { database: { db } }: RunRoutes): void {
  const body = z.looseObject({
    query: z.string().min(1),
    limit: z.number().int().min(1).max(500).default(10),
    offset: z.number().int().min(0).default(0),
    exact: z.boolean().default(true),
    search_in: z.array(z.enum(searchPlaces)).min(1).nullish(),
  });
  server.post(
    "/v1/runs/search",
    { schema: { tags, summary: "Find runs by what is in their input or output", body } },
    async ({ body: { search_in, ...search }, access: { workspaceId } }) => {
      const rows = await searchRuns(db, { workspaceId, ...search, places: search_in ?? searchPlaces });
      return { items: rows.map(presentRun) };
    },
  );
}
