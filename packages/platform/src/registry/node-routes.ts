import { NoxusError, nodeDefinitionSchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { suggestion } from "@noxus/workflow";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { registerNodeConfigRoutes } from "./config-routes.ts";
import { listNodes } from "./load-registry.ts";
import { createNodeList } from "./node-list.ts";

/** The node registry. */
export function registerNodeRoutes(server: HttpServer, deps: PlatformDependencies): void {
  const read = async () =>
    listNodes(deps.database.db, await deps.registry(), deps.environment.NOXUS_SERVER_STALE_MS);
  const list = createNodeList({
    db: deps.database.db,
    registry: deps.registry,
    staleMs: deps.environment.NOXUS_SERVER_STALE_MS,
  });
  server.get(
    "/v1/nodes",
    {
      schema: {
        tags: ["nodes"],
        summary: "Every node that workflows can use",
        description:
          "Built-in nodes, then those of plugins in the order in which they were installed. A plugin that does not run keeps its nodes, with `is_available` false.",
        response: {
          200: z.array(nodeDefinitionSchema),
          304: z.null().describe("The list that If-None-Match names."),
        },
      },
    },
    async ({ headers }, reply) => {
      const { body, etag } = await list();
      void reply.header("etag", etag).header("cache-control", "private, no-cache");
      const isKnown = headers["if-none-match"]
        ?.split(",")
        .some((tag) => tag.trim().replace(/^W\//, "") === etag);
      if (isKnown) return reply.code(304).send(null);
      // Bytes: they are checked and written already.
      return reply.type("application/json; charset=utf-8").send(body as never);
    },
  );
  server.get(
    "/v1/nodes/:type",
    {
      schema: {
        tags: ["nodes"],
        summary: "One node",
        params: z.object({ type: z.string().describe("The node's type, as workflows name it.") }),
        response: { 200: nodeDefinitionSchema },
      },
    },
    async ({ params: { type } }) => {
      const nodes = await read();
      const node = nodes.find((each) => each.type === type);
      if (node) return node;
      const types = nodes.map((each) => each.type);
      throw new NoxusError("not_found", `There is no node of type "${type}".${suggestion(type, types)}`);
    },
  );
  registerNodeConfigRoutes(server, deps);
}
