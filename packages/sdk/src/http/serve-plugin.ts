import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallEnvironment, WireContext } from "../call/context.ts";
import { stderrLog } from "../call/log.ts";
import { CancelledError, RunningCalls } from "../call/running-calls.ts";
import { Dispatcher } from "../dispatch/dispatcher.ts";
import type { Host } from "../files/host.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import { failureOf, OutputError } from "./failure.ts";
import { type RouteRequest, routesOf } from "./routes.ts";

export interface ServeOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Where a call's files come from. */
  files: Host;
  /** Called with the port once the server listens. */
  onListening: (port: number) => void;
  /** Ms that running calls still get when the server is told to stop; then their signals abort. */
  drainMs: number;
  /** Aborts: take no new request, end those that run, and return. */
  signal: AbortSignal;
}

/** Serves a plugin over HTTP until the signal aborts. */
export async function servePlugin(loaded: LoadedPlugin, options: ServeOptions): Promise<void> {
  const { host, port, onListening, drainMs, signal } = options;
  const calls = new RunningCalls();
  const server = createServer(requestHandler(new Dispatcher(loaded), calls, options.files));
  // A pool of kept connections must never find one that was closed in the same moment.
  server.keepAliveTimeout = 0;
  server.listen(port, host);
  await once(server, "listening");
  onListening((server.address() as AddressInfo).port);
  if (!signal.aborted) await once(signal, "abort");
  await stop(server, calls, drainMs);
}

async function stop(server: Server, calls: RunningCalls, drainMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await calls.drain(drainMs);
  // Answers that are being written get a moment; whoever does not read them must not keep the process.
  await Promise.race([closed, once(AbortSignal.timeout(1_000), "abort")]);
  server.closeAllConnections();
}

function requestHandler(dispatcher: Dispatcher, calls: RunningCalls, host: Host) {
  const routes = routesOf(dispatcher);
  return async (request: IncomingMessage, response: ServerResponse) => {
    const found = findRoute(routes, request);
    if ("status" in found) return send(response, found.status, JSON.stringify({ detail: found.detail }));
    try {
      const body = await readBody(request);
      const text = await calls.run(request, async (cancelled) => {
        response.once("close", () => {
          if (!response.writableFinished) calls.cancel(request);
        });
        const environment = environmentOf(request, host, cancelled);
        return asJson(await found.answer({ ...found.request, body, environment }));
      });
      send(response, 200, text);
    } catch (error) {
      if (error instanceof CancelledError && response.destroyed) return;
      const { status, body } = failureOf(error, `${request.method} ${request.url}`);
      send(response, status, JSON.stringify(body));
    }
  };
}

type Routes = ReturnType<typeof routesOf>;
type Found =
  | { answer: Routes[string]; request: Pick<RouteRequest, "name" | "query"> }
  | { status: number; detail: string };

function findRoute(routes: Routes, { method = "", url = "" }: IncomingMessage): Found {
  const [path = "", query = ""] = url.split("?", 2);
  const parts = path.split("/");
  const name = parts.length === 4 ? (parts[2] ?? "") : "";
  const pattern = parts.length === 4 ? `/${parts[1]}/*/${parts[3]}` : path;
  const answer = routes[`${method} ${pattern}`];
  if (answer)
    return { answer, request: { name: decodeURIComponent(name), query: new URLSearchParams(query) } };
  const known = Object.keys(routes).some((route) => route.endsWith(` ${pattern}`));
  return known ? { status: 405, detail: "Method Not Allowed" } : { status: 404, detail: "Not Found" };
}

function environmentOf(request: IncomingMessage, host: Host, cancelled: () => AbortSignal) {
  const { "idempotency-key": key, "x-noxus-deadline-ms": deadline } = request.headers;
  const deadlineMs = typeof deadline === "string" ? Number(deadline) : Number.NaN;
  return (wire: WireContext): CallEnvironment => ({
    wire,
    host,
    log: stderrLog,
    cancelled,
    ...(typeof key === "string" && { idempotencyKey: decodeURIComponent(key) }),
    ...(Number.isFinite(deadlineMs) && { deadlineMs }),
  });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function asJson(answer: unknown): string {
  try {
    return JSON.stringify(answer);
  } catch (error) {
    throw new OutputError(`The output cannot be written as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
