import { desiredListResponseSchema, desiredListSchema, pluginReportSchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PluginServerHttpOptions } from "./http-server.ts";

const idParams = z.object({ id: z.string().describe("The plugin's id, or its name.") });
const pluginsSchema = z.object({ revision: z.number().int(), plugins: z.array(pluginReportSchema) });
const planSchema = z.object({
  plan: z.array(
    z.object({
      id: z.string(),
      name: z.string().optional(),
      step: z.looseObject({ do: z.string(), why: z.string() }),
    }),
  ),
});

/** What is wanted, what is there, and what would be done next. */
export function addPluginRoutes(
  server: HttpServer,
  { reconciler, desired }: Pick<PluginServerHttpOptions, "reconciler" | "desired">,
): void {
  server.put(
    "/plugins",
    {
      schema: {
        tags: ["plugins"],
        summary: "Say which plugins are wanted",
        description:
          "The full list: what is new is installed, what changed is updated, what is missing is uninstalled. Answered when the list is on disk; the work follows. A list older (by `revision`) than the one already taken is ignored.",
        body: desiredListSchema,
        response: { 200: desiredListResponseSchema },
      },
    },
    async (request) => {
      await reconciler.take(request.body);
      return { revision: desired.revision, plugins: desired.ids.length };
    },
  );
  addStateRoutes(server, { reconciler, desired });
  addActionRoutes(server, reconciler);
  addPlanRoutes(server, reconciler);
}

function addStateRoutes(
  server: HttpServer,
  { reconciler, desired }: Pick<PluginServerHttpOptions, "reconciler" | "desired">,
): void {
  server.get(
    "/plugins",
    {
      schema: {
        tags: ["plugins"],
        summary: "The state of all plugins",
        response: { 200: pluginsSchema },
      },
    },
    async () => ({ revision: desired.revision, plugins: reconciler.reports() }),
  );
  server.get(
    "/plugins/:id",
    {
      schema: {
        tags: ["plugins"],
        summary: "The state of one plugin",
        description:
          "Status, conditions, phases with their times, and why it does not run where it does not.",
        params: idParams,
        response: { 200: pluginReportSchema },
      },
    },
    async (request) => reconciler.find(request.params.id).report(),
  );
}

function addActionRoutes(server: HttpServer, reconciler: PluginServerHttpOptions["reconciler"]): void {
  server.post(
    "/plugins/:id/reload",
    {
      schema: {
        tags: ["plugins"],
        summary: "Start the plugin anew",
        description:
          "A new process beside the old, switched when healthy; no call is lost. A source that may have moved (a branch without a commit, a newest version, a local folder) is fetched again; a pinned commit and an upload are not.",
        params: idParams,
        response: { 202: pluginReportSchema },
      },
    },
    async (request, reply) => reply.code(202).send(await reconciler.reload(request.params.id)),
  );
  server.post(
    "/plugins/:id/retry",
    {
      schema: {
        tags: ["plugins"],
        summary: "Try a failed plugin again now",
        description: "Forgets the back-off, and failures that would not be tried again before a change.",
        params: idParams,
        response: { 202: pluginReportSchema },
      },
    },
    async (request, reply) => reply.code(202).send(reconciler.retryNow(request.params.id)),
  );
}

function addPlanRoutes(server: HttpServer, reconciler: PluginServerHttpOptions["reconciler"]): void {
  server.get(
    "/plan",
    {
      schema: {
        tags: ["plugins"],
        summary: "What would be done next",
        description: "The next step for every plugin and why, without taking it.",
        response: { 200: planSchema },
      },
    },
    async () => ({ plan: reconciler.dryRun() }),
  );
  server.post(
    "/plan",
    {
      schema: {
        tags: ["plugins"],
        summary: "What another list would change",
        description: "The next step for every plugin if this list were sent, without taking it.",
        body: desiredListSchema,
        response: { 200: planSchema },
      },
    },
    async (request) => ({ plan: reconciler.dryRun(request.body) }),
  );
}
