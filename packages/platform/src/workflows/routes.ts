import { endedStatuses, NoxusError, pageQuerySchema, pageSchema } from "@noxus/contracts";
import { runs, storableJson, workflows } from "@noxus/database";
import { and, count, eq, notInArray, sql } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { inspectWorkflow } from "@noxus/workflow";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, toPage } from "../http/page.ts";
import { refuseUnsound } from "./check-definition.ts";
import { registerLogRoutes } from "./log-routes.ts";
import { etagOf, presentWorkflow } from "./present-workflow.ts";
import { summariseWorkflows, workflowSummarySchema } from "./summarise-workflows.ts";
import { registerTransferRoutes } from "./transfer-routes.ts";
import { registerVersionRoutes } from "./version-routes.ts";
import { findWorkflow, listWorkflows, type WorkflowRow } from "./workflow-store.ts";

const tags = ["workflows"];
const idParams = z.object({ id: z.string() });
/** The published client writes Python's `True` and `False`. */
const flag = (byDefault: boolean) => z.stringbool().default(byDefault);
const definitionSchema = z.looseObject({});
const maxConcurrentRuns = z
  .int()
  .min(1)
  .nullish()
  .describe("Its runs that are executed at once; the others wait. Null for no limit.");
const bodySchema = z.looseObject({
  name: z.string().min(1),
  type: z.string().default("flow"),
  definition: definitionSchema,
  max_concurrent_runs: maxConcurrentRuns,
});
const updateSchema = z.looseObject({
  name: z.string().min(1).optional(),
  type: z.string().optional(),
  definition: definitionSchema.optional(),
  max_concurrent_runs: maxConcurrentRuns,
});

/** Routes of workflows, their versions, export and import. */
export function registerWorkflowRoutes(server: HttpServer, dependencies: PlatformDependencies): void {
  registerListing(server, dependencies);
  registerSummaries(server, dependencies);
  registerSaving(server, dependencies);
  registerDeleting(server, dependencies);
  registerValidation(server, dependencies);
  registerVersionRoutes(server, dependencies);
  registerTransferRoutes(server, dependencies);
  registerLogRoutes(server, dependencies);
}

function registerListing(server: HttpServer, { database }: PlatformDependencies): void {
  const query = pageQuerySchema.extend({
    type: z.string().optional(),
    name: z.string().optional(),
  });
  server.get(
    "/v1/workflows",
    { schema: { tags, summary: "List workflows", querystring: query } },
    async (request) => {
      const { page, size: wanted, page_size, type, name } = request.query;
      const size = wanted ?? page_size ?? 10;
      const { workspaceId } = request.access;
      const { rows, total } = await listWorkflows(database.db, { workspaceId, type, name, page, size });
      return { items: rows.map(presentWorkflow), total, page, size };
    },
  );
  server.get(
    "/v1/workflows/:id",
    { schema: { tags, summary: "Read a workflow", params: idParams } },
    async (request, reply) => {
      const { workspaceId } = request.access;
      return answer(reply, await findWorkflow(database.db, { id: request.params.id, workspaceId }));
    },
  );
}

function registerSummaries(server: HttpServer, { database }: PlatformDependencies): void {
  const querystring = pageQuerySchema.extend({
    q: z.string().optional().describe("A part of the name, in any case."),
  });
  server.get(
    "/v1/workflow-summaries",
    {
      schema: {
        tags,
        summary: "Workflows as a list shows them, those that were changed last first",
        description: "Without definitions; with the last run, and what starts it by itself.",
        querystring,
        response: { 200: pageSchema(workflowSummarySchema) },
      },
    },
    async ({ query, access: { workspaceId } }) => {
      const { limit, offset } = pageOf(query);
      const filter = { workspaceId, q: query.q, limit, offset };
      const { items, total } = await summariseWorkflows(database.db, filter);
      return toPage(items, total, query);
    },
  );
}

function registerSaving(server: HttpServer, { database, registry }: PlatformDependencies): void {
  const summary =
    "Save a workflow; drafts are welcome, only what is broken in itself, or of types that do not fit, is refused (unless force)";
  const querystring = z.object({ force: flag(false) });
  server.post(
    "/v1/workflows",
    { schema: { tags, summary, querystring, body: bodySchema } },
    async (request, reply) => {
      const { name, type, definition, max_concurrent_runs: maxConcurrentRuns = null, ...rest } = request.body;
      if (!request.query.force) refuseUnsound(definition, await registry());
      const { workspaceId } = request.access;
      const texts = storableJson({ workspaceId, name, type, definition, extra: extraOf(rest) });
      const values = { ...texts, maxConcurrentRuns };
      const [row] = await database.db.insert(workflows).values(values).returning();
      return answer(reply, row as WorkflowRow);
    },
  );
  server.patch(
    "/v1/workflows/:id",
    { schema: { tags, summary: "Change a workflow", params: idParams, querystring, body: updateSchema } },
    async (request, reply) => {
      const { definition } = request.body;
      if (definition && !request.query.force) refuseUnsound(definition, await registry());
      return answer(reply, await updateWorkflow(request, { database }));
    },
  );
}

type UpdateRequest = Pick<FastifyRequest, "access" | "headers"> & {
  params: { id: string };
  body: z.infer<typeof updateSchema>;
};

/** @throws NoxusError `precondition_failed` where If-Match names another revision: somebody else has changed it. */
async function updateWorkflow(
  { params, access, body, headers }: UpdateRequest,
  { database }: Pick<PlatformDependencies, "database">,
): Promise<WorkflowRow> {
  const { name, type, definition, max_concurrent_runs: maxConcurrentRuns, ...rest } = body;
  return database.db.transaction(async (tx) => {
    const current = await findWorkflow(tx, { id: params.id, workspaceId: access.workspaceId });
    const expected = headers["if-match"];
    const extra = { ...current.extra, ...extraOf(rest) };
    const [row] = await tx
      .update(workflows)
      .set({
        extra: storableJson(extra),
        ...(name !== undefined && { name }),
        ...(type !== undefined && { type }),
        ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
        ...(definition !== undefined && { definition: storableJson(definition) }),
        revision: sql`${workflows.revision} + 1`,
        updatedAt: new Date(),
      })
      .where(
        and(
          eq(workflows.id, current.id),
          expected === undefined || expected === "*"
            ? undefined
            : sql`'"' || ${workflows.revision} || '"' = ${expected.replace(/^W\//, "")}`,
        ),
      )
      .returning();
    if (row) return row;
    throw new NoxusError(
      "precondition_failed",
      `The workflow has changed since you read it: it is at revision ${etagOf(current)}, and you expected ${expected}. Read it again.`,
    );
  });
}

function registerDeleting(server: HttpServer, { database }: PlatformDependencies): void {
  const summary = "Delete a workflow with its versions and runs; one that is running only with force";
  const querystring = z.object({ force: flag(false) });
  server.delete(
    "/v1/workflows/:id",
    { schema: { tags, summary, params: idParams, querystring } },
    async (request) => {
      const { id } = await findWorkflow(database.db, {
        id: request.params.id,
        workspaceId: request.access.workspaceId,
      });
      const going = and(eq(runs.workflowId, id), notInArray(runs.status, [...endedStatuses]));
      const [active] = await database.db
        .select({ all: sql<number>`${count()}::int` })
        .from(runs)
        .where(going);
      if (active && active.all > 0 && !request.query.force)
        throw new NoxusError(
          "conflict",
          `${active.all} run(s) of this workflow are not at their end. Stop them first, or delete with force=true.`,
        );
      await database.db.delete(workflows).where(eq(workflows.id, id));
      return { success: true };
    },
  );
}

function registerValidation(server: HttpServer, { registry }: PlatformDependencies): void {
  const summary = "Check a workflow as a run would, without saving it";
  const body = z.looseObject({ definition: z.unknown() });
  server.post("/v1/workflows/validate", { schema: { tags, summary, body } }, async (request) => {
    const { problems } = inspectWorkflow(request.body.definition, await registry());
    return {
      valid: problems.length === 0,
      problems: problems.map(({ code, path, message }) => ({ code, path, message })),
    };
  });
}

function answer(reply: FastifyReply, row: WorkflowRow) {
  reply.header("etag", etagOf(row));
  return presentWorkflow(row);
}

/** What the client sends besides what has a column of its own comes back as it was sent. */
const ours = new Set(["id", "group_id", "flow_version", "created_at", "updated_at"]);

function extraOf(rest: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !ours.has(name)));
}
