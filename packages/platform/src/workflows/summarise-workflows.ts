import { type Queries, runs, workflows, workflowTriggers } from "@noxus/database";
import { and, count, desc, sql } from "@noxus/database/sql";
import { z } from "zod";
import { containing } from "../http/text-pattern.ts";
import { workflowsOf } from "./trial-workflow.ts";

/** Names of a workflow's nodes that a list shows. */
const namesShown = 8;

/** What a list of workflows shows of each; none of it grows with the workflow. */
export const workflowSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  flow_version: z.enum(["v1", "v2"]),
  node_count: z.number().int(),
  node_names: z.array(z.string()).describe(`The first ${namesShown}.`),
  last_run: z.object({ id: z.string(), status: z.string(), created_at: z.string() }).nullable(),
  triggers: z.object({
    active: z.number().int().describe("That start runs."),
    failing: z.number().int().describe("Of those, how many failed when they were last due."),
    next_at: z.string().nullable().describe("When the first of its schedules is due next."),
  }),
  created_at: z.string(),
  updated_at: z.string(),
});
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;

export interface SummaryFilter {
  workspaceId: string;
  /** A part of the name, in any case. */
  q: string | undefined;
  limit: number;
  offset: number;
}

/** As JavaScript writes times. */
function isoTime(time: ReturnType<typeof sql>) {
  return sql`to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

const nodes = sql`case jsonb_typeof(${workflows.definition} -> 'nodes') when 'array' then ${workflows.definition} -> 'nodes' else '[]' end`;
// Apart, since drizzle leaves a column's table out where it stands directly in the selection.
const itsRuns = sql`${runs.workflowId} = ${workflows.id}`;
const counted = sql`${workflowTriggers.workflowId} = ${workflows.id} and ${workflowTriggers.enabled} and ${workflowTriggers.kind} is not null`;

const shown = {
  id: workflows.id,
  name: workflows.name,
  type: workflows.type,
  flow_version: sql<
    "v1" | "v2"
  >`case ${workflows.definition} ->> 'flow_version' when 'v2' then 'v2' else 'v1' end`,
  node_count: sql<number>`jsonb_array_length(${nodes})`,
  node_names: sql<
    string[]
  >`array(select coalesce(nullif(node ->> 'name', ''), node ->> 'type', '') from jsonb_array_elements(${nodes}) node limit ${namesShown})`,
  last_run: sql<
    WorkflowSummary["last_run"]
  >`(select json_build_object('id', ${runs.id}, 'status', ${runs.status}, 'created_at', ${isoTime(sql`${runs.createdAt}`)})
        from ${runs} where ${itsRuns} order by ${runs.createdAt} desc limit 1)`,
  triggers: sql<
    WorkflowSummary["triggers"]
  >`(select json_build_object('active', count(*), 'failing', count(${workflowTriggers.failure}),
        'next_at', ${isoTime(sql`min(${workflowTriggers.nextAt}) filter (where ${workflowTriggers.kind} = 'schedule')`)})
        from ${workflowTriggers} where ${counted})`,
  createdAt: workflows.createdAt,
  updatedAt: workflows.updatedAt,
};

/** One page of a workspace's workflows, those that were changed last first, in one statement. */
export async function summariseWorkflows(
  db: Pick<Queries, "select">,
  { workspaceId, q, limit, offset }: SummaryFilter,
): Promise<{ items: WorkflowSummary[]; total: number }> {
  const found = and(workflowsOf(workspaceId), q ? sql`${workflows.name} ilike ${containing(q)}` : undefined);
  const rows = await db
    .select(shown)
    .from(workflows)
    .where(found)
    .orderBy(desc(workflows.updatedAt), desc(workflows.id))
    .limit(limit)
    .offset(offset);
  const items = rows.map(({ createdAt, updatedAt, ...row }) => ({
    ...row,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  }));
  const [total] = await db
    .select({ all: sql<number>`${count()}::int` })
    .from(workflows)
    .where(found);
  return { items, total: total?.all ?? 0 };
}
