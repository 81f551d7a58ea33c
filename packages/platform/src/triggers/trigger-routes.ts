import { pageSchema } from "@noxus/contracts";
import { workflowTriggers } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, pageQuerySchema, toPage } from "../http/page.ts";
import { findWorkflow } from "../workflows/workflow-store.ts";
import { changeTrigger, createTrigger, findTrigger, listTriggers, type TriggerRow } from "./trigger-store.ts";

const tags = ["triggers"];
const workflowParams = z.object({ id: z.string().describe("The workflow's id.") });
const triggerParams = workflowParams.extend({ triggerId: z.string() });
const triggerSchema = z.object({
  id: z.string(),
  group_id: z.string(),
  workflow_id: z.string(),
  workflow_version_id: z.string().nullable(),
  definition: z.record(z.string(), z.unknown()),
  active: z.boolean().describe("Whether it starts runs."),
  status: z.enum(["inactive"]),
  status_reason: z.string(),
  created_by: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});
const definition = z.looseObject({}).describe("What it waits for; kept as it is sent.");
const newTrigger = z.looseObject({ definition, workflow_version_id: z.string().nullish() });
const eventSchema = z.record(z.string(), z.unknown());

type Deps = Pick<PlatformDependencies, "database">;

/** Triggers are kept for clients, and every answer says that nothing polls them: none starts a run by itself. */
const inactive = {
  active: false,
  status: "inactive" as const,
  status_reason:
    "The trigger is stored, but this platform does not poll triggers: it starts no runs. Start them with POST /v1/workflows/{id}/runs.",
};

/** Records of what is to start a workflow, and the events that they have received. */
export function registerTriggerRoutes(server: HttpServer, deps: Deps): void {
  addList(server, deps);
  addCreation(server, deps);
  addChange(server, deps);
  addDeletion(server, deps);
  addEvents(server, deps);
}

function addList(server: HttpServer, { database: { db } }: Deps): void {
  server.get(
    "/v1/workflows/:id/triggers",
    {
      schema: {
        tags,
        summary: "A workflow's triggers",
        params: workflowParams,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(triggerSchema) },
      },
    },
    async ({ params, query, access: { workspaceId } }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId });
      const { rows, total } = await listTriggers(db, { workflowId, ...pageOf(query) });
      return toPage(rows.map(toTrigger), total, query);
    },
  );
}

function addCreation(server: HttpServer, { database: { db } }: Deps): void {
  server.post(
    "/v1/workflows/:id/triggers",
    {
      schema: {
        tags,
        summary: "Store a trigger; it stays inactive",
        description: inactive.status_reason,
        params: workflowParams,
        body: newTrigger,
        response: { 200: triggerSchema },
      },
    },
    async ({ params, body, access: { workspaceId, keyId } }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId });
      const workflowVersionId = body.workflow_version_id ?? undefined;
      const { definition } = body;
      const trigger = { workspaceId, workflowId, workflowVersionId, definition, createdBy: keyId };
      return toTrigger(await createTrigger(db, trigger));
    },
  );
}

function addChange(server: HttpServer, { database: { db } }: Deps): void {
  server.patch(
    "/v1/workflows/:id/triggers/:triggerId",
    {
      schema: {
        tags,
        summary: "Change a trigger's definition or version",
        params: triggerParams,
        body: newTrigger.partial(),
        response: { 200: triggerSchema },
      },
    },
    async ({ params: { id: workflowId, triggerId: id }, body, access: { workspaceId } }) => {
      const address = { id, workspaceId, workflowId };
      const row = await changeTrigger(db, {
        ...address,
        ...(body.definition && { definition: body.definition }),
        ...(body.workflow_version_id && { workflowVersionId: body.workflow_version_id }),
      });
      return toTrigger(row);
    },
  );
}

function addDeletion(server: HttpServer, { database: { db } }: Deps): void {
  server.delete(
    "/v1/triggers/:triggerId",
    {
      schema: {
        tags,
        summary: "Delete a trigger",
        params: triggerParams.pick({ triggerId: true }),
        response: { 200: z.object({ success: z.boolean() }) },
      },
    },
    async ({ params: { triggerId: id }, access: { workspaceId } }) => {
      const row = await findTrigger(db, { id, workspaceId });
      await db.delete(workflowTriggers).where(eq(workflowTriggers.id, row.id));
      return { success: true };
    },
  );
}

function addEvents(server: HttpServer, { database: { db } }: Deps): void {
  const answer = { querystring: pageQuerySchema, response: { 200: pageSchema(eventSchema) } };
  const none = "Empty, since no trigger is polled.";
  server.get(
    "/v1/workflows/:id/triggers/:triggerId/events",
    {
      schema: {
        tags,
        summary: "What a trigger has received",
        description: none,
        params: triggerParams,
        ...answer,
      },
    },
    async ({ params: { id: workflowId, triggerId: id }, query, access: { workspaceId } }) => {
      await findTrigger(db, { id, workspaceId, workflowId });
      return toPage([], 0, query);
    },
  );
  server.get(
    "/v1/triggers/events",
    {
      schema: { tags, summary: "What the workspace's triggers have received", description: none, ...answer },
    },
    async ({ query }) => toPage([], 0, query),
  );
}

function toTrigger(row: TriggerRow): z.infer<typeof triggerSchema> {
  return {
    id: row.id,
    group_id: row.workspaceId,
    workflow_id: row.workflowId,
    workflow_version_id: row.workflowVersionId,
    definition: row.definition,
    ...inactive,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
