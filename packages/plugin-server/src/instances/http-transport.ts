import type { Readable } from "node:stream";
import { callHeaders, isNoxusError, type Manifest, manifestSchema, NoxusError } from "@noxus/contracts";
import { type Dispatcher, Pool } from "undici";
import { z } from "zod";
import { exitError } from "./exit-error.ts";
import { type Extension, sharedExtensions } from "./extensions.ts";
import { httpRouteOf } from "./http-routes.ts";
import type { Exit, PluginAnswer } from "./instance.ts";
import type { Transport, TransportCall } from "./transport.ts";
import { wholeBody, wholeBytes } from "./whole-body.ts";

export interface HttpTransportOptions {
  /** `http://127.0.0.1:<port>`, or a remote plugin's. */
  origin: string;
  /** Before every route. */
  prefix?: string;
  /** With every request. */
  headers?: Record<string, string>;
  /** False for a plugin that was not started by our starter: its sockets delay every answer but the first by 44 ms. */
  keepAlive: boolean;
  /** Resolves when the process has ended; a broken connection waits a moment for it, to tell the reason. */
  exited: Promise<Exit>;
}

/** A broken connection and the exit that broke it come within a few ms; callers are to know within 100. */
const exitWaitMs = 80;
/** Under the 5 s after which the plugin's own server closes idle connections: else a call may meet a closed one. */
const idleConnectionMs = 3000;

/** Forwards to a plugin's own HTTP server, both ways as streams; nothing is parsed. */
export class HttpTransport implements Transport {
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #headers: Record<string, string>;
  readonly #exited: Promise<Exit>;
  #exit: Exit | undefined;
  #shared: ReadonlySet<Extension> = new Set();

  constructor({ origin, prefix = "", headers = {}, keepAlive, exited }: HttpTransportOptions) {
    this.#prefix = prefix;
    this.#headers = headers;
    this.#exited = exited;
    this.#pool = new Pool(origin, {
      connections: null,
      pipelining: keepAlive ? 1 : 0,
      keepAliveTimeout: idleConnectionMs,
      keepAliveMaxTimeout: idleConnectionMs,
      // The call's own deadline ends it, nothing else.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async call(call: TransportCall): Promise<PluginAnswer> {
    try {
      const answer = await this.#request(call);
      return await passOn(answer, call.onFinished);
    } catch (error) {
      call.onFinished();
      throw await this.#explain(error, call.signal);
    }
  }

  async manifest(signal: AbortSignal): Promise<Manifest> {
    const { statusCode, body } = await this.#get("/manifest", signal);
    const text = await body.text();
    const parsed = statusCode === 200 ? manifestSchema.safeParse(parseJson(text)) : undefined;
    if (parsed?.success) {
      this.#shared = sharedExtensions(parsed.data);
      return parsed.data;
    }
    const why = parsed ? z.prettifyError(parsed.error) : `status ${statusCode}: ${text.slice(0, 300)}`;
    throw new NoxusError("plugin_manifest_invalid", `The running plugin's manifest cannot be used: ${why}`);
  }

  async probe(signal: AbortSignal): Promise<boolean> {
    try {
      const { statusCode, body } = await this.#get("/health", signal);
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  fail(exit: Exit): void {
    this.#exit = exit;
    void this.#pool.destroy(exitError(exit, "perhaps"));
  }

  #get(route: string, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#pool.request({ path: this.#prefix + route, method: "GET", headers: this.#headers, signal });
  }

  async #request(call: TransportCall): Promise<Dispatcher.ResponseData> {
    const { contentLength, headers, signal } = call;
    const small = contentLength !== undefined && contentLength <= wholeBytes;
    const body = small ? await wholeBody(call.body, wholeBytes) : call.body;
    signal.throwIfAborted();
    const { method, path } = httpRouteOf(call);
    return this.#pool.request({
      method,
      path: this.#prefix + path,
      headers: {
        ...headers,
        ...this.#headers,
        ...this.#deadlineOf(call),
        ...(body && { "content-type": "application/json" }),
        ...(body && !small && contentLength !== undefined && { "content-length": String(contentLength) }),
      },
      body: body ?? null,
      signal,
    });
  }

  #deadlineOf({ deadlineAt }: TransportCall): Record<string, string> {
    if (deadlineAt === undefined || !this.#shared.has("context")) return {};
    return { [callHeaders.deadlineMs]: String(Math.max(1, Math.round(deadlineAt - performance.now()))) };
  }

  /** What the caller is told of a failed exchange: the deadline, the exit, or that the plugin broke the protocol. */
  async #explain(error: unknown, signal: AbortSignal): Promise<unknown> {
    if (signal.aborted) return signal.reason;
    if (isNoxusError(error) && error.code !== "plugin_exited") return error;
    const started = neverSent(error) ? "no" : "perhaps";
    const exit = this.#exit ?? (await Promise.race([this.#exited, after(exitWaitMs)]));
    if (exit) return exitError(exit, started);
    return new NoxusError(
      "plugin_protocol_error",
      `The plugin's process lives, but the connection to it broke: ${(error as Error).message}.`,
      { cause: error, data: { started } },
    );
  }
}

/** Small answers whole, others as they come; `onFinished` when nothing more is expected of the plugin. */
async function passOn(response: Dispatcher.ResponseData, onFinished: () => void): Promise<PluginAnswer> {
  const { statusCode, headers, body } = response;
  const contentType = String(headers["content-type"] ?? "application/json");
  const length = headers["content-length"] === undefined ? undefined : Number(headers["content-length"]);
  if (length !== undefined && length <= wholeBytes) {
    const whole = Buffer.from(await body.arrayBuffer());
    onFinished();
    return { status: statusCode, contentType, contentLength: whole.length, body: whole };
  }
  body.once("close", onFinished);
  return {
    status: statusCode,
    contentType,
    ...(length !== undefined && { contentLength: length }),
    body: body as Readable,
  };
}

/** Whether not one byte of the request reached the plugin. */
function neverSent(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === "ECONNREFUSED" || code === "UND_ERR_CONNECT_TIMEOUT" || code === "UND_ERR_DESTROYED";
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
