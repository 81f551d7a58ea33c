import { randomUUID } from "node:crypto";
import swagger from "@fastify/swagger";
import { diskFull, type ErrorCode, isNoxusError, NoxusError, toErrorBody } from "@noxus/contracts";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import type { Logger } from "pino";
import { closeQuietConnections } from "./quiet-connections.ts";

export type HttpServer = FastifyInstance<
  import("node:http").Server,
  import("node:http").IncomingMessage,
  import("node:http").ServerResponse,
  Logger,
  ZodTypeProvider
>;

export interface HttpServerOptions {
  title: string;
  version: string;
  logger: Logger;
  /** Largest JSON body in bytes; streamed bodies have limits of their own. 16 MiB by default. */
  bodyLimit?: number;
  /** An error of something that only this program uses, as callers get it; undefined where it means nothing special. */
  translate?: (error: Error) => NoxusError | undefined;
  /** What is said of an address that there is not. */
  notFound?: (method: string, path: string) => NoxusError;
}

/**
 * A fastify server as all programs here have it: Zod schemas on routes, OpenAPI at `/openapi.json`, coded errors
 * (`ErrorBody`), a request id, and no log line for a successful request.
 */
export async function createHttpServer({
  title,
  version,
  logger,
  bodyLimit = 16 * 1024 * 1024,
  translate = () => undefined,
  notFound = noSuchAddress,
}: HttpServerOptions): Promise<HttpServer> {
  const server = Fastify({
    loggerInstance: logger as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    genReqId: () => randomUUID(),
    // A logger of its own for each request costs more than the rest of a forwarded call's way; lines name the request.
    childLoggerFactory: (parent) => parent,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 300 },
    http: { maxHeaderSize: 64 * 1024 },
  }).withTypeProvider<ZodTypeProvider>() as unknown as HttpServer;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) =>
    sendError(translate(error as Error) ?? (error as Error), request, reply),
  );
  server.setNotFoundHandler((request, reply) =>
    sendError(notFound(request.method, request.url.split("?")[0] ?? ""), request, reply),
  );
  server.addHook("preClose", closeQuietConnections(server.server));
  await server.register(swagger, {
    openapi: {
      info: { title, version },
      components: { securitySchemes: { apiKey: { type: "apiKey", in: "header", name: "X-API-Key" } } },
      security: [{ apiKey: [] }],
    },
    transform: jsonSchemaTransform,
  });
  server.get("/openapi.json", { schema: { hide: true } }, async () => server.swagger());
  return server;
}

function noSuchAddress(method: string, path: string): NoxusError {
  return new NoxusError("not_found", `There is no ${method} ${path} here.`);
}

/** Answers with the error's code and status; what is not a `NoxusError` is logged whole and answered as `internal`. */
export function sendError(error: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toNoxusError(error);
  if (known.code === "internal")
    request.log.error(
      { err: error, method: request.method, url: request.url, requestId: request.id },
      "a request failed by a fault of ours",
    );
  if (known.retryAfterS !== undefined) reply.header("retry-after", String(Math.ceil(known.retryAfterS)));
  return reply
    .code(known.status)
    .header("x-request-id", request.id)
    .type("application/json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(toErrorBody(known, request.id));
}

const fastifyCodes: Record<string, ErrorCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: "malformed_json",
  FST_ERR_CTP_EMPTY_JSON_BODY: "malformed_json",
  FST_ERR_CTP_BODY_TOO_LARGE: "payload_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported_media_type",
  FST_REQ_FILE_TOO_LARGE: "payload_too_large",
};

export function toNoxusError(error: Error): NoxusError {
  const full = diskFull(error);
  if (full) return full;
  if (isNoxusError(error)) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map((problem) => ({
      path: `${error.validationContext ?? "body"}${problem.instancePath.replaceAll("/", ".")}`,
      message: problem.message ?? "is not valid",
    }));
    const list = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
    return new NoxusError("invalid_request", `The request is not of the expected form: ${list}`, {
      fields,
      cause: error,
    });
  }
  const { code, statusCode } = error as FastifyError;
  const known = fastifyCodes[code ?? ""];
  if (known) return new NoxusError(known, error.message, { cause: error });
  if (error instanceof SyntaxError && statusCode === 400)
    return new NoxusError("malformed_json", error.message, { cause: error });
  if (statusCode !== undefined && statusCode < 500)
    return new NoxusError("invalid_request", error.message, { status: statusCode, cause: error });
  return new NoxusError(
    "internal",
    "Something went wrong on our side; the server's log has it under this request id.",
    { cause: error },
  );
}
