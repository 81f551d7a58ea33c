import { type Queries, type RunRow, workflows, workflowVersions } from "@noxus/database";
import { and, eq, inArray } from "@noxus/database/sql";
import { isUuid } from "../workflows/workflow-store.ts";

type Definition = Record<string, unknown>;

/** As deep as a run goes into workflows that run workflows. */
const deepest = 8;

/**
 * The workflows that a definition runs inside itself, and those that they run, as they are now: whatever becomes of them,
 * a run goes on with what it began with. Those whose id only comes up during the run are read then.
 */
export async function pinSubflows(
  db: Pick<Queries, "select">,
  workspaceId: string,
  definition: Definition,
): Promise<RunRow["subflows"]> {
  const pinned: Record<string, Definition> = {};
  let next = namedIn(definition);
  for (let depth = 0; depth < deepest && next.length > 0; depth++) {
    const found = await load(
      db,
      workspaceId,
      next.filter(({ key }) => !(key in pinned)),
    );
    Object.assign(pinned, found);
    next = Object.values(found).flatMap(namedIn);
  }
  return Object.keys(pinned).length > 0 ? pinned : null;
}

interface Named {
  /** `<id>` or `<id>@<version id>`, as the worker asks for it. */
  key: string;
  workflowId: string;
  versionId: string | undefined;
}

function namedIn({ nodes }: Definition): Named[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: { type?: unknown; subflow_id?: unknown; node_config?: Definition | null }) => {
    const { workflow_id, workflow_version_id } = node?.node_config ?? {};
    const workflowId = node?.subflow_id ?? (node?.type === "InvokeSubflowV2Node" ? workflow_id : undefined);
    if (typeof workflowId !== "string" || !isUuid(workflowId)) return [];
    const isVersion = typeof workflow_version_id === "string" && isUuid(workflow_version_id);
    const versionId = isVersion ? workflow_version_id : undefined;
    return [{ key: versionId ? `${workflowId}@${versionId}` : workflowId, workflowId, versionId }];
  });
}

async function load(
  db: Pick<Queries, "select">,
  workspaceId: string,
  named: readonly Named[],
): Promise<Record<string, Definition>> {
  if (named.length === 0) return {};
  const ids = [...new Set(named.map(({ workflowId }) => workflowId))];
  const versionIds = named.flatMap(({ versionId }) => versionId ?? []);
  const own = and(inArray(workflows.id, ids), eq(workflows.workspaceId, workspaceId));
  const current = await db
    .select({ id: workflows.id, definition: workflows.definition })
    .from(workflows)
    .where(own);
  const there = new Map(current.map(({ id, definition }) => [id, definition]));
  const versions =
    versionIds.length === 0
      ? []
      : await db.select().from(workflowVersions).where(inArray(workflowVersions.id, versionIds));
  return Object.fromEntries(
    named.flatMap(({ key, workflowId, versionId }) => {
      const version = versions.find((each) => each.id === versionId && each.workflowId === workflowId);
      const definition = versionId ? there.has(workflowId) && version?.definition : there.get(workflowId);
      return definition ? [[key, definition]] : [];
    }),
  );
}
