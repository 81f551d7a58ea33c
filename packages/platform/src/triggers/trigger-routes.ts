import { pageSchema } from "@noxus/contracts";
import { workflowTriggers } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, pageQuerySchema, toPage } from "../http/page.ts";
import { nextOccurrences } from "../schedules/occurrences.ts";
import { newWebhookSecret } from "../webhooks/webhook-secret.ts";
import { findWorkflow } from "../workflows/workflow-store.ts";
import { presentTrigger, presentTriggerEvent, triggerEventSchema, triggerSchema } from "./present-trigger.ts";
import {
  changeTrigger,
  createTrigger,
  findTrigger,
  listTriggerEvents,
  listTriggers,
  type TriggerChange,
} from "./trigger-store.ts";

const tags = ["triggers"];
const workflowParams = z.object({ id: z.string().describe("The workflow's id.") });
const triggerParams = workflowParams.extend({ triggerId: z.string() });
const definition = z
  .looseObject({})
  .describe(
    "By its `type`: `schedule` with `cron`, `timezone` and `missed` (skip, once, all); `webhook`; or a trigger of an installed plugin with its `config`. `input` holds fixed inputs of the run; fields of the event go to the workflow's inputs of the same names.",
  );
const newTrigger = z.looseObject({
  definition,
  workflow_version_id: z.string().nullish().describe("The workflow as it is at the time, where absent."),
  enabled: z.boolean().optional(),
});
const secret = z
  .string()
  .optional()
  .describe("Of a webhook: signs its requests. Told once, when it is made.");

type Deps = Pick<PlatformDependencies, "database" | "keyring">;

/** What is to start a workflow, and what it has received. */
export function registerTriggerRoutes(server: HttpServer, deps: Deps): void {
  addLists(server, deps);
  addNextTimes(server);
  addCreation(server, deps);
  addChange(server, deps);
  addDeletion(server, deps);
  addEvents(server, deps);
  addAllEvents(server, deps);
}

function addLists(server: HttpServer, { database: { db } }: Deps): void {
  const response = { 200: pageSchema(triggerSchema) };
  server.get(
    "/v1/workflows/:id/triggers",
    {
      schema: {
        tags,
        summary: "A workflow's triggers",
        params: workflowParams,
        querystring: pageQuerySchema,
        response,
      },
    },
    async ({ params, query, access: { workspaceId } }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId });
      const { rows, total } = await listTriggers(db, { workspaceId, workflowId, ...pageOf(query) });
      return toPage(rows.map(presentTrigger), total, query);
    },
  );
  const querystring = pageQuerySchema.extend({ kind: z.enum(["schedule", "webhook", "plugin"]).optional() });
  server.get(
    "/v1/triggers",
    { schema: { tags, summary: "The workspace's triggers", querystring, response } },
    async ({ query, access: { workspaceId } }) => {
      const { rows, total } = await listTriggers(db, { workspaceId, kind: query.kind, ...pageOf(query) });
      return toPage(rows.map(presentTrigger), total, query);
    },
  );
}

function addNextTimes(server: HttpServer): void {
  server.get(
    "/v1/triggers/next-times",
    {
      schema: {
        tags,
        summary: "When a schedule would be due, without making one",
        querystring: z.object({
          cron: z.string(),
          timezone: z.string().default("UTC"),
          count: z.coerce.number().int().min(1).max(100).default(5),
        }),
        response: { 200: z.object({ times: z.array(z.string()) }) },
      },
    },
    async ({ query: { count, ...schedule } }) => {
      const times = nextOccurrences(schedule, { after: new Date(), count });
      return { times: times.map((time) => time.toISOString()) };
    },
  );
}

function addCreation(server: HttpServer, { database: { db }, keyring }: Deps): void {
  server.post(
    "/v1/workflows/:id/triggers",
    {
      schema: {
        tags,
        summary: "Make a trigger; it starts runs from now on",
        params: workflowParams,
        body: newTrigger,
        response: { 200: triggerSchema.extend({ secret }) },
      },
    },
    async ({ params, body, access: { workspaceId, keyId } }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId });
      const { definition, enabled = true } = body;
      const secret = definition.type === "webhook" ? newWebhookSecret() : undefined;
      const row = await createTrigger(db, {
        workspaceId,
        workflowId,
        workflowVersionId: body.workflow_version_id ?? undefined,
        definition,
        enabled,
        secretEncrypted: secret ? keyring.seal(secret) : null,
        createdBy: keyId,
      });
      return { ...presentTrigger(row), ...(secret && { secret }) };
    },
  );
}

function addChange(server: HttpServer, { database: { db }, keyring }: Deps): void {
  const body = newTrigger
    .partial()
    .extend({ rotate_secret: z.boolean().optional().describe("Of a webhook: a new secret, from now on.") });
  server.patch(
    "/v1/workflows/:id/triggers/:triggerId",
    {
      schema: {
        tags,
        summary: "Change a trigger, pause it or let it go on",
        params: triggerParams,
        body,
        response: { 200: triggerSchema.extend({ secret }) },
      },
    },
    async ({ params: { id: workflowId, triggerId: id }, body, access: { workspaceId } }) => {
      const address = { id, workspaceId, workflowId };
      const before = await findTrigger(db, address);
      const type = (body.definition ?? before.definition).type;
      const isNew = type === "webhook" && (body.rotate_secret || !before.secretEncrypted);
      const secret = isNew ? newWebhookSecret() : undefined;
      const change: TriggerChange = {
        ...(body.definition && { definition: body.definition }),
        ...(body.workflow_version_id && { workflowVersionId: body.workflow_version_id }),
        ...(body.enabled !== undefined && { enabled: body.enabled }),
        ...(secret && { secretEncrypted: keyring.seal(secret) }),
      };
      return { ...presentTrigger(await changeTrigger(db, address, change)), ...(secret && { secret }) };
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

const eventQuery = pageQuerySchema.extend({
  search: z.string().optional().describe("Part of the event's data."),
  errored: z.stringbool().optional().describe("Only those that started no run because of an error."),
});

function addEvents(server: HttpServer, { database: { db } }: Deps): void {
  server.get(
    "/v1/workflows/:id/triggers/:triggerId/events",
    {
      schema: {
        tags,
        summary: "What a trigger has received, newest first",
        params: triggerParams,
        querystring: eventQuery,
        response: { 200: pageSchema(triggerEventSchema) },
      },
    },
    async ({ params: { id: workflowId, triggerId }, query, access: { workspaceId } }) => {
      await findTrigger(db, { id: triggerId, workspaceId, workflowId });
      const { search, errored } = query;
      const filter = { workspaceId, triggerId, search, errored, ...pageOf(query) };
      const { rows, total } = await listTriggerEvents(db, filter);
      return toPage(rows.map(presentTriggerEvent), total, query);
    },
  );
}

function addAllEvents(server: HttpServer, { database: { db } }: Deps): void {
  const querystring = eventQuery.extend({
    event_type: z.string().optional(),
    workflow_id: z.uuid().optional(),
    started_run: z.stringbool().optional(),
  });
  server.get(
    "/v1/triggers/events",
    {
      schema: {
        tags,
        summary: "What the workspace's triggers have received, newest first",
        querystring,
        response: { 200: pageSchema(triggerEventSchema) },
      },
    },
    async ({ query, access: { workspaceId } }) => {
      const { search, errored, event_type: type, workflow_id: workflowId, started_run: startedRun } = query;
      const { rows, total } = await listTriggerEvents(db, {
        ...{ workspaceId, workflowId, type, search, errored, startedRun },
        ...pageOf(query),
      });
      return toPage(rows.map(presentTriggerEvent), total, query);
    },
  );
}
