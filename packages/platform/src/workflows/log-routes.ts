import { pageQuerySchema } from "@noxus/contracts";
import type { RunRow } from "@noxus/database";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, toPage } from "../http/page.ts";
import { listRuns } from "../runs/run-store.ts";
import { findWorkflow } from "./workflow-store.ts";

const tags = ["workflows"];
const params = z.object({ id: z.string() });
/** Columns name what recent runs had; older ones may have had others. */
const runsLookedAt = 100;

type Deps = Pick<PlatformDependencies, "database">;

/** A workflow's runs as a table: one row a run, inputs and outputs in columns of their own. */
export function registerLogRoutes(server: HttpServer, { database: { db } }: Deps): void {
  server.get(
    "/v1/workflows/:id/logs",
    { schema: { tags, summary: "A workflow's runs as a table", params, querystring: pageQuerySchema } },
    async ({ params, query, access: { workspaceId } }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId });
      const { page, limit: size } = pageOf(query);
      const { rows, total } = await listRuns(db, { workspaceId, workflowId, page, size });
      return toPage(rows.map(toLog), total, query);
    },
  );
  server.get(
    "/v1/workflows/:id/logs/columns",
    {
      schema: { tags, summary: "The table's columns", params, response: { 200: z.array(z.string()) } },
    },
    async ({ params, access: { workspaceId } }) => {
      const { id: workflowId } = await findWorkflow(db, { id: params.id, workspaceId });
      const { rows } = await listRuns(db, { workspaceId, workflowId, page: 1, size: runsLookedAt });
      return [...new Set([...fixedColumns, ...rows.flatMap((row) => Object.keys(toLog(row)))])];
    },
  );
}

const fixedColumns = ["run_id", "status", "created_at", "started_at", "finished_at", "duration_ms", "error"];

function toLog(row: RunRow): Record<string, unknown> {
  const { startedAt, finishedAt } = row;
  return {
    run_id: row.id,
    status: row.status,
    created_at: row.createdAt.toISOString(),
    started_at: startedAt?.toISOString() ?? null,
    finished_at: finishedAt?.toISOString() ?? null,
    duration_ms: startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null,
    error: row.error?.message ?? null,
    ...prefixed("input", row.input),
    ...prefixed("output", row.output ?? {}),
  };
}

function prefixed(prefix: string, values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
