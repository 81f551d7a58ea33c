import type { Readable } from "node:stream";
import { type ErrorCode, errorBodySchema, errorCodes, NoxusError, startedHeader } from "@noxus/contracts";
import type { Database } from "@noxus/database";
import type { Keyring } from "@noxus/service";
import { type Dispatcher, request } from "undici";
import { type ServerRow, serversOfPlugin } from "./server-store.ts";

export interface PluginServerRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Beneath the server's address. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Until the answer's head, and between two of its chunks; 30,000 by default, 0 waits for ever. */
  timeoutMs?: number;
  signal: AbortSignal;
}

export interface PluginServerAnswer {
  status: number;
  contentType: string;
  body: Readable;
}

/** Calls to plugin servers. */
export interface PluginServers {
  /** To this server. @throws NoxusError `plugin_server_unavailable` where it does not answer. */
  askServer(server: ServerRow, asked: PluginServerRequest): Promise<PluginServerAnswer>;
  /**
   * To the server that serves the plugin best; to another one only when the call certainly never began there. `path`
   * goes beneath `/plugins/{id}`.
   *
   * @throws NoxusError with the server's own code, `plugin_server_unavailable` where none answers.
   */
  askPlugin(pluginId: string, asked: PluginServerRequest): Promise<PluginServerAnswer>;
}

export interface PluginServersOptions {
  database: Database;
  keyring: Keyring;
  staleMs: number;
}

export function createPluginServers({ database, keyring, staleMs }: PluginServersOptions): PluginServers {
  const askServer = (server: ServerRow, asked: PluginServerRequest) => send(server, asked, keyring);
  return {
    askServer,
    async askPlugin(pluginId, asked) {
      const servers = await serversOfPlugin(database.db, pluginId, staleMs);
      let refused: unknown = noneAlive();
      for (const server of servers) {
        try {
          return await askServer(server, { ...asked, path: `/plugins/${pluginId}${asked.path}` });
        } catch (error) {
          refused = error;
          if (!certainlyNotStarted(error)) throw error;
        }
      }
      throw refused;
    },
  };
}

async function send(
  server: ServerRow,
  { method, path, body, headers, timeoutMs = 30_000, signal }: PluginServerRequest,
  keyring: Keyring,
): Promise<PluginServerAnswer> {
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(`${server.url}${path}`, {
      method,
      headers: {
        "x-api-key": keyring.open(server.apiKeyEncrypted),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw unreachable(server, error);
  }
  const contentType = answer.headers["content-type"]?.toString() ?? "application/octet-stream";
  const started = answer.headers[startedHeader];
  if (answer.statusCode < 400) return { status: answer.statusCode, contentType, body: answer.body };
  throw refusal(answer.statusCode, await answer.body.text(), started === "no");
}

/** Codes of failures to connect: nothing of the call has left this process. */
const connectCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function unreachable(server: ServerRow, cause: unknown): NoxusError {
  const { code = "", message = "" } = cause as { code?: string; message?: string };
  return new NoxusError(
    "plugin_server_unavailable",
    `The plugin server "${server.name}" at ${server.url} does not answer (${message || code}).`,
    { cause, data: { started: connectCodes.has(code) ? "no" : "perhaps" } },
  );
}

/** The server's own error, or the plugin's own in its words. */
function refusal(status: number, text: string, neverStarted: boolean): NoxusError {
  const body = errorBodySchema.safeParse(parseOrNull(text));
  const data = { ...(body.success ? body.data.data : {}), ...(neverStarted && { started: "no" }) };
  if (body.success && body.data.error in errorCodes)
    return new NoxusError(body.data.error as ErrorCode, body.data.detail, {
      status,
      data,
      ...(body.data.fields && { fields: body.data.fields }),
    });
  const words = body.success ? body.data.detail : text.slice(0, 500);
  return new NoxusError("plugin_call_failed", `The plugin answered ${status}: ${words}`, {
    status: status >= 500 ? 502 : status,
    data,
  });
}

function certainlyNotStarted(error: unknown): boolean {
  return error instanceof NoxusError && error.data?.started === "no";
}

function noneAlive(): NoxusError {
  return new NoxusError(
    "plugin_server_unavailable",
    "No plugin server that has this plugin is alive. Start one, or look at its log.",
  );
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
