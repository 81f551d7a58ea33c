import { type Queries, workflows, workflowVersions } from "@noxus/database";
import { and, eq, sql } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type BundledWorkflow, readBundle, subflowIds, withSubflowIds, writeBundle } from "./bundle.ts";
import { refuseBrokenForm } from "./check-definition.ts";
import { workflowsOf } from "./trial-workflow.ts";
import { findVersion, findWorkflow, isUuid, type WorkflowRow } from "./workflow-store.ts";

const tags = ["workflows"];
const params = z.object({ id: z.string() });
const exportQuery = z.looseObject({
  version: z.enum(["auto", "v3", "v4"]).default("auto"),
  version_id: z.string().optional(),
  include_dependencies: z.stringbool().default(true),
});
const importQuery = z.looseObject({
  /** `clone` makes new workflows; `replace` and `version` change the one of the same name, where there is one. */
  mode: z.enum(["clone", "version", "replace"]).default("clone"),
  dry_run: z.stringbool().default(false),
});

/** Workflows out of one workspace and into another, with the workflows that they run. */
export function registerTransferRoutes(
  server: HttpServer,
  { database, registry }: PlatformDependencies,
): void {
  const { db } = database;
  server.route({
    method: ["GET", "POST"],
    url: "/v1/workflows/:id/export",
    schema: { tags, summary: "Export a workflow as a bundle", params, querystring: exportQuery },
    handler: async ({ params, query, access }, reply) => {
      const bundle = await collect(db, { id: params.id, workspaceId: access.workspaceId, ...query });
      return reply.type("text/plain; charset=utf-8").send(writeBundle(bundle, query.version));
    },
  });
  server.get(
    "/v1/workflows/:id/export/preview",
    { schema: { tags, summary: "What an export would hold", params, querystring: exportQuery } },
    async ({ params, query, access }) => {
      const bundle = await collect(db, { id: params.id, workspaceId: access.workspaceId, ...query });
      return { workflows: bundle.map(({ id, name, type }) => ({ id, name, type })) };
    },
  );
  const body = z.looseObject({ definition: z.string(), version: z.string().optional() });
  server.post(
    "/v1/workflows/import",
    { schema: { tags, summary: "Import a bundle", querystring: importQuery, body } },
    async ({ body, query, access }) => {
      const bundle = readBundle(body.definition);
      const known = await registry();
      for (const { definition } of bundle) refuseBrokenForm(definition, known);
      if (query.dry_run) return bundle.map(({ name, type }) => ({ name, type, dry_run: true }));
      const { workspaceId } = access;
      return db.transaction((tx) => importAll(tx, { bundle, workspaceId, mode: query.mode }));
    },
  );
}

interface Collecting {
  id: string;
  workspaceId: string;
  version_id?: string | undefined;
  include_dependencies: boolean;
}

/** The workflow and, one after the other, those that it runs; each once. */
async function collect(db: Pick<Queries, "select">, options: Collecting): Promise<BundledWorkflow[]> {
  const { workspaceId, version_id, include_dependencies } = options;
  const first = await findWorkflow(db, { id: options.id, workspaceId });
  const version = version_id && (await findVersion(db, { id: version_id, workflowId: first.id }));
  const found = new Map([
    [first.id, toBundled(version ? { ...first, definition: version.definition } : first)],
  ]);
  for (const { definition } of include_dependencies ? found.values() : [])
    for (const id of subflowIds(definition)) {
      if (found.has(id) || !isUuid(id)) continue;
      const own = and(eq(workflows.id, id), workflowsOf(workspaceId));
      const [row] = await db.select().from(workflows).where(own);
      if (row) found.set(id, toBundled(row));
    }
  return [...found.values()];
}

function toBundled({ id, name, type, definition, extra }: WorkflowRow): BundledWorkflow {
  return { id, name, type, definition, extra };
}

interface Importing {
  bundle: readonly BundledWorkflow[];
  workspaceId: string;
  mode: "clone" | "version" | "replace";
}

/** From the last to the first, so that a workflow's own come before it and it can name them. */
async function importAll(tx: Queries, { bundle, workspaceId, mode }: Importing) {
  const ids = new Map<string, string>();
  const imported = [];
  for (const workflow of bundle.toReversed()) {
    const definition = withSubflowIds(workflow.definition, ids);
    const id = await importOne(tx, { workflow: { ...workflow, definition }, workspaceId, mode });
    ids.set(workflow.id, id);
    imported.unshift({ id, name: workflow.name, type: workflow.type });
  }
  return imported;
}

async function importOne(
  tx: Queries,
  {
    workflow,
    workspaceId,
    mode,
  }: { workflow: BundledWorkflow; workspaceId: string; mode: Importing["mode"] },
): Promise<string> {
  const { name, type, definition, extra } = workflow;
  const same = and(workflowsOf(workspaceId), eq(workflows.name, name));
  const [existing] = mode === "clone" ? [] : await tx.select().from(workflows).where(same).limit(1);
  if (!existing) {
    const [row] = await tx
      .insert(workflows)
      .values({ workspaceId, name, type, definition, extra })
      .returning();
    return (row as WorkflowRow).id;
  }
  if (mode === "version")
    await tx.insert(workflowVersions).values({ workflowId: existing.id, name: "Imported", definition });
  else
    await tx
      .update(workflows)
      .set({ type, definition, extra, revision: sql`${workflows.revision} + 1`, updatedAt: new Date() })
      .where(eq(workflows.id, existing.id));
  return existing.id;
}
