import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  callHeaders,
  configResponseSchema,
  executeRequestSchema,
  executeResponseSchema,
  isNoxusError,
  manifestSchema,
  NoxusError,
  progressHeader,
  releaseHeader,
  startedHeader,
  validateConfigResponseSchema,
} from "@noxus/contracts";
import { type HttpServer, sendError } from "@noxus/service";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { CallKind, PluginAnswer, PluginCall } from "../instances/instance.ts";
import type { PluginServerHttpOptions } from "./http-server.ts";
import { progressTeller } from "./tell-progress.ts";

interface ForwardedRoute {
  method: "GET" | "POST";
  path: string;
  kind: CallKind;
  summary: string;
  description?: string;
  body?: z.ZodType;
  answer?: z.ZodType;
}

/** The plugin's own endpoints, with the bodies and answers of the plugin contract whatever transport the plugin has. */
const forwardedRoutes: readonly ForwardedRoute[] = [
  { method: "GET", path: "/health", kind: "health", summary: "The plugin's own health" },
  {
    method: "GET",
    path: "/manifest",
    kind: "manifest",
    summary: "The running plugin's manifest",
    answer: manifestSchema,
  },
  { method: "GET", path: "/nodes", kind: "nodes", summary: "The running plugin's nodes" },
  {
    method: "POST",
    path: "/validate-config",
    kind: "validate_config",
    summary: "Let the plugin check a configuration",
    description: "The body is the configuration itself; without a body the plugin's current one is checked.",
    answer: validateConfigResponseSchema,
  },
  {
    method: "POST",
    path: "/nodes/:name/execute",
    kind: "execute",
    summary: "Execute a node",
    description:
      "The body goes to the plugin byte for byte. 409 plugin_missing_config: the plugin lacks configuration. 503: its queue is full or it does not run; Retry-After says when to come back. Failures carry x-noxus-started: `no` where the plugin certainly never began.",
    body: executeRequestSchema,
    answer: executeResponseSchema,
  },
  {
    method: "POST",
    path: "/nodes/:name/config",
    kind: "node_config",
    summary: "Let a node update its configuration form",
    description: "`?skip_cache=true` is passed on.",
    answer: configResponseSchema,
  },
  {
    method: "POST",
    path: "/integrations/:name/config",
    kind: "integration_config",
    summary: "An integration's configuration form",
  },
  {
    method: "POST",
    path: "/integrations/:name/ready",
    kind: "integration_ready",
    summary: "Whether an integration's credentials are enough",
    description: "The body is the credentials object, or null.",
  },
  {
    method: "POST",
    path: "/integrations/:name/device-auth/start",
    kind: "device_auth_start",
    summary: "Begin a device sign-in",
  },
  {
    method: "POST",
    path: "/integrations/:name/device-auth/poll",
    kind: "device_auth_poll",
    summary: "Ask how a device sign-in goes",
  },
  { method: "POST", path: "/triggers/:name/poll", kind: "trigger_poll", summary: "Poll a trigger" },
  {
    method: "POST",
    path: "/datasources/:name/fetch",
    kind: "datasource_fetch",
    summary: "Fetch a data source's files",
  },
];

type Options = Pick<PluginServerHttpOptions, "reconciler" | "forwarder" | "desired">;
type Request = FastifyRequest<{
  Params: { id: string; name?: string };
  Querystring: { skip_cache?: string };
}>;

/** Calls go through as streams: no body is parsed or checked here, no log line is written for a good one. */
export async function addForwardRoutes(server: HttpServer, options: Options): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    // Schemas describe these routes in /openapi.json; the plugin itself judges what it is sent.
    scope.setValidatorCompiler(() => (value) => ({ value }));
    for (const route of forwardedRoutes) addRoute(scope as unknown as HttpServer, route, options);
  });
}

function addRoute(
  scope: HttpServer,
  { method, path, kind, summary, description, body, answer }: ForwardedRoute,
  options: Options,
): void {
  const params = path.includes(":name")
    ? z.object({ id: z.string(), name: z.string() })
    : z.object({ id: z.string() });
  scope.route({
    method,
    url: `/plugins/:id${path}`,
    schema: {
      tags: ["calls"],
      summary,
      params,
      ...(description && { description }),
      ...(body && { body }),
      ...(answer && { response: { 200: answer } }),
    },
    handler: (request, reply) => forward(kind, request as unknown as Request, reply, options),
  });
}

async function forward(
  kind: CallKind,
  request: Request,
  reply: FastifyReply,
  options: Options,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished)
      gone.abort(new NoxusError("call_cancelled", "The caller went away before it had the answer."));
  });
  try {
    const { id } = options.reconciler.find(request.params.id);
    const call = callOf(kind, id, request, options);
    const isTold = headerOf(request, progressHeader) !== undefined;
    using progress = isTold ? progressTeller(reply.raw) : undefined;
    if (progress) call.onProgress = progress.push;
    const deadlineMs = numberOf(headerOf(request, callHeaders.deadlineMs));
    const answer = await options.forwarder.call(id, call, {
      clientSignal: gone.signal,
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
    // The last word comes before the answer.
    progress?.[Symbol.dispose]();
    reply.hijack();
    await passOn(answer, reply, call.runId !== undefined);
    return reply;
  } catch (error) {
    if (reply.sent) return reply;
    reply.header(startedHeader, startedOf(error));
    return sendError(error as Error, request, reply);
  }
}

/** Up to here a copy costs less than a second piece to write. */
const joinedBytes = 8 * 1024;

/** Head and body as they come. A body that breaks off breaks the caller's connection too: half an answer is no answer. */
async function passOn(
  { status, contentType, contentLength, release, body }: PluginAnswer,
  reply: FastifyReply,
  isOfRun: boolean,
): Promise<void> {
  const length = Buffer.isBuffer(body) ? body.length : contentLength;
  reply.raw.writeHead(status, {
    "content-type": contentType,
    ...(length !== undefined && { "content-length": length }),
    ...(status >= 400 && { [startedHeader]: "perhaps" }),
    ...(isOfRun && release !== undefined && { [releaseHeader]: release }),
  });
  // As text, a small body leaves in one piece with the head; any bytes survive latin1.
  if (Buffer.isBuffer(body) && body.length <= joinedBytes) reply.raw.end(body.toString("latin1"), "latin1");
  else if (Buffer.isBuffer(body)) reply.raw.end(body);
  else await pipeline(body, reply.raw);
}

function callOf(
  kind: CallKind,
  pluginId: string,
  request: Request,
  { desired }: Options,
): Omit<PluginCall, "signal"> {
  const runId = headerOf(request, callHeaders.runId);
  const nodeId = headerOf(request, callHeaders.nodeId);
  const files = headerOf(request, callHeaders.files);
  const releases = headerOf(request, callHeaders.releases);
  const { name } = request.params;
  return {
    kind,
    ...bodyOf(kind, request, () => desired.get(pluginId)?.config ?? {}),
    ...(name !== undefined && { name }),
    ...(request.query.skip_cache !== undefined && { skipCache: isTrue(request.query.skip_cache) }),
    ...(runId !== undefined && { runId }),
    ...(nodeId !== undefined && { nodeId }),
    ...(releases !== undefined && { releases: releases.split(",") }),
    headers: passedHeaders(request),
    grants: {
      files: new Set(files?.split(",").flatMap((id) => id.trim() || [])),
      workspace: headerOf(request, callHeaders.workspace),
    },
  };
}

function bodyOf(
  kind: CallKind,
  request: Request,
  currentConfig: () => Record<string, unknown>,
): Pick<PluginCall, "body" | "contentLength"> {
  const stream = request.body as Readable | undefined;
  if (stream) {
    const contentLength = numberOf(headerOf(request, "content-length"));
    return { body: stream, ...(contentLength !== undefined && { contentLength }) };
  }
  if (kind !== "validate_config") return {};
  const body = Buffer.from(JSON.stringify(currentConfig()));
  return { body, contentLength: body.length };
}

/** Trace context and the idempotency key; everything else of the request is between the caller and us. */
function passedHeaders(request: Request): Record<string, string> {
  const names = ["traceparent", "tracestate", "baggage", callHeaders.idempotencyKey];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headerOf(request, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function headerOf(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function isTrue(word: string): boolean {
  return ["true", "1", "yes", "on"].includes(word.toLowerCase());
}

/** What never reached a plugin says so; anything unknown may have. */
function startedOf(error: unknown): "no" | "perhaps" {
  if (!isNoxusError(error)) return "perhaps";
  const started = error.data?.started;
  if (started === "no" || started === "perhaps") return started;
  return error.code === "plugin_unknown" ? "no" : "perhaps";
}
