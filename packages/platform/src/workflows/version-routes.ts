import { storableJson, workflowVersions } from "@noxus/database";
import { asc, eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { refuseBrokenForm } from "./check-definition.ts";
import { presentVersion } from "./present-workflow.ts";
import { findVersion, findWorkflow, type WorkflowVersionRow } from "./workflow-store.ts";

const tags = ["workflows"];
const params = z.object({ id: z.string() });
const body = z.looseObject({
  name: z.string().min(1),
  description: z.string().nullish(),
  definition: z.looseObject({}).optional(),
});

/** Named versions of a workflow: what a run may be started with instead of the current definition. */
export function registerVersionRoutes(server: HttpServer, dependencies: PlatformDependencies): void {
  registerListing(server, dependencies);
  registerSaving(server, dependencies);
  registerChanging(server, dependencies);
}

function registerListing(server: HttpServer, { database }: PlatformDependencies): void {
  const { db } = database;
  server.get(
    "/v1/workflows/:id/versions",
    { schema: { tags, summary: "List a workflow's versions, oldest first", params } },
    async ({ params, access }) => {
      const { id } = await findWorkflow(db, { id: params.id, workspaceId: access.workspaceId });
      const own = eq(workflowVersions.workflowId, id);
      const rows = await db
        .select()
        .from(workflowVersions)
        .where(own)
        .orderBy(asc(workflowVersions.createdAt));
      return rows.map(presentVersion);
    },
  );
}

function registerSaving(server: HttpServer, { database, registry }: PlatformDependencies): void {
  const { db } = database;
  server.post(
    "/v1/workflows/:id/versions",
    {
      schema: {
        tags,
        summary: "Save a version; of the current definition where none is given",
        params,
        body,
      },
    },
    async ({ params, access, body }) => {
      const workflow = await findWorkflow(db, { id: params.id, workspaceId: access.workspaceId });
      const { name, description = null, definition = workflow.definition } = body;
      refuseBrokenForm(definition, await registry());
      const values = storableJson({
        workflowId: workflow.id,
        name,
        description,
        definition,
        createdBy: access.keyId,
      });
      const [row] = await db.insert(workflowVersions).values(values).returning();
      return presentVersion(row as WorkflowVersionRow);
    },
  );
}

function registerChanging(server: HttpServer, { database, registry }: PlatformDependencies): void {
  const { db } = database;
  const one = z.object({ id: z.string(), versionId: z.string() });
  server.patch(
    "/v1/workflows/:id/versions/:versionId",
    { schema: { tags, summary: "Change a version", params: one, body: body.partial() } },
    async ({ params, access, body }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId: access.workspaceId });
      const { id } = await findVersion(db, { id: params.versionId, workflowId });
      if (body.definition) refuseBrokenForm(body.definition, await registry());
      const { name, description, definition } = body;
      const changes = {
        id,
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(definition !== undefined && { definition: storableJson(definition) }),
      };
      const [row] = await db
        .update(workflowVersions)
        .set(changes)
        .where(eq(workflowVersions.id, id))
        .returning();
      return presentVersion(row as WorkflowVersionRow);
    },
  );
}
