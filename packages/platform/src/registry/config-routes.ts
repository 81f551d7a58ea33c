import {
  type CallContext,
  callHeaders,
  configResponseSchema,
  type NodeDefinition,
  NoxusError,
} from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { type RegisteredNode, suggestion } from "@noxus/workflow";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { callContext } from "../credentials/call-context.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { findPlugin } from "../plugins/plugin-store.ts";

const params = z.object({ name: z.string().describe("The node's type.") });
const query = z.object({ skip_cache: z.string().optional().describe("Passed on to the plugin.") });
/** The form itself, or wrapped as plugins get it. */
const body = z.union([
  z.object({ config: configResponseSchema, ctx: z.looseObject({}).optional() }),
  configResponseSchema,
]);

type ConfigRequest = FastifyRequest<{
  Params: z.infer<typeof params>;
  Querystring: z.infer<typeof query>;
  Body: z.infer<typeof body>;
}>;

/** A person is looking at the form. */
const formTimeoutMs = 60_000;

/** A node's form that depends on what was chosen so far; `config_endpoint` of a definition names the first address. */
export function registerNodeConfigRoutes(server: HttpServer, deps: PlatformDependencies): void {
  for (const url of ["/nodes/:name/config", "/v1/nodes/:name/config"])
    server.post(
      url,
      {
        schema: {
          tags: ["nodes"],
          summary: "Update a node's configuration form",
          description:
            "The plugin fills in choices and changes fields for the values chosen so far (`config_values`). Built-in nodes answer with the form as it came.",
          params,
          querystring: query,
          body,
        },
      },
      async (request, reply) => answerForm(request as unknown as ConfigRequest, reply, deps),
    );
}

async function answerForm(
  request: ConfigRequest,
  reply: FastifyReply,
  deps: PlatformDependencies,
): Promise<FastifyReply> {
  const { name } = request.params;
  const registry = await deps.registry();
  const node = registry.find(name);
  if (!node)
    throw new NoxusError(
      "not_found",
      `There is no node of type "${name}".${suggestion(name, registry.types())}`,
    );
  const form = toForm(request.body);
  if (!node.plugin) return reply.send({ ...form, ready: true });
  const suffix =
    request.query.skip_cache === undefined
      ? ""
      : `?skip_cache=${encodeURIComponent(request.query.skip_cache)}`;
  const answer = await deps.pluginServers.askPlugin(node.plugin.id, {
    method: "POST",
    path: `/nodes/${encodeURIComponent(name)}/config${suffix}`,
    body: { ctx: await contextOf(node, request.access.workspaceId, deps), config: form },
    headers: { [callHeaders.workspace]: request.access.workspaceId },
    timeoutMs: formTimeoutMs,
    signal: AbortSignal.any([deps.signal, AbortSignal.timeout(formTimeoutMs)]),
  });
  return reply.type(answer.contentType).send(answer.body);
}

function toForm(given: z.infer<typeof body>): z.infer<typeof configResponseSchema> {
  return "inputs" in given ? configResponseSchema.parse(given) : given.config;
}

async function contextOf(
  { definition, plugin }: RegisteredNode,
  workspaceId: string,
  deps: PlatformDependencies,
): Promise<CallContext> {
  const row = await findPlugin(deps.database.db, plugin?.id ?? "");
  return callContext({ plugin: row, workspaceId, integrations: integrationsOf(definition) }, deps);
}

function integrationsOf({ integrations }: NodeDefinition): string[] {
  return [...new Set((integrations ?? []).flat())];
}
