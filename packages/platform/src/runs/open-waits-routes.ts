import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { listOpenWaits, mostOpenWaits, type OpenWait } from "./open-waits.ts";
import { presentWait } from "./present-wait.ts";

/** What all runs of a workspace wait for: a person finds here what is to be decided. */
export function registerOpenWaitsRoutes(server: HttpServer, deps: PlatformDependencies): void {
  const querystring = z.object({ kind: z.enum(["time", "approval", "webhook"]).optional() });
  server.get(
    "/v1/waits",
    {
      schema: {
        tags: ["runs"],
        summary: "What the nodes of all runs wait for, the oldest first",
        description: `At most ${mostOpenWaits}. \`kind=approval\`: what waits for a person.`,
        querystring,
      },
    },
    async (request) => {
      const { workspaceId } = request.access;
      const found = await listOpenWaits(deps.database.db, { workspaceId, kind: request.query.kind });
      const items = found.map((wait) => ({ ...presentWait(wait.nodeRun, request, deps), ...runOf(wait) }));
      return { items };
    },
  );
}

function runOf({ nodeRun: { runId, nodeId }, definition, workflow }: OpenWait) {
  const nodes = definition.nodes as { id: string; name?: string | null }[];
  const name = nodes.find(({ id }) => id === nodeId)?.name;
  return { run_id: runId, node_name: name ?? null, workflow_id: workflow.id, workflow_name: workflow.name };
}
