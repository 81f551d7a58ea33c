import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { WireContext } from "../call/context.ts";
import { stderrLog } from "../call/log.ts";
import { RunningCalls } from "../call/running-calls.ts";
import { isObject } from "../config/coerce.ts";
import { Dispatcher } from "../dispatch/dispatcher.ts";
import { UnknownComponentError } from "../errors/unknown-component-error.ts";
import { isUserError } from "../errors/user-error.ts";
import { type Extension, sharedExtensions } from "../plugin/extensions.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import { batchedWriter } from "./batched-writer.ts";
import { JsonRpcPeer, RpcError, type RpcHandler, rpcErrors } from "./json-rpc-peer.ts";
import { LineReader } from "./line-reader.ts";
import { RpcHost } from "./rpc-host.ts";
import { type WorkerMethod, workerMethods } from "./worker-methods.ts";

export interface WorkerOptions {
  input: Readable;
  output: Writable;
  /** Where the host takes and gives files as plain bytes, if it says that it does. */
  filesUrl?: string | undefined;
  /** Ms that running calls still get when the worker is told to stop; then their signals abort. */
  drainMs: number;
  /** Aborts: answer no new request, end those that run, and return. */
  signal: AbortSignal;
}

/** Serves a plugin over stdio until its input ends (then nobody reads answers any more) or the signal aborts. */
export async function runWorker(loaded: LoadedPlugin, options: WorkerOptions): Promise<void> {
  const { input, output, filesUrl, drainMs, signal } = options;
  const worker = new Worker(loaded, { write: batchedWriter(output), filesUrl });
  const reader = new LineReader((line) => worker.receive(line));
  input.on("data", (chunk: Buffer) => reader.push(chunk));
  const ended = once(input, "end").then(() => "ended");
  const stopped = signal.aborted ? Promise.resolve() : once(signal, "abort");
  if ((await Promise.race([ended, stopped])) === "ended") return worker.abandon();
  await Promise.race([worker.drain(drainMs), ended]);
}

class Worker {
  readonly #peer: JsonRpcPeer;
  readonly #methods: Record<string, WorkerMethod>;
  readonly #calls = new RunningCalls();
  readonly #filesUrl: string | undefined;
  #shared: ReadonlySet<Extension> = new Set();

  constructor(
    loaded: LoadedPlugin,
    { write, filesUrl }: { write: (line: string) => void; filesUrl: string | undefined },
  ) {
    this.#filesUrl = filesUrl;
    this.#methods = workerMethods(new Dispatcher(loaded));
    this.#peer = new JsonRpcPeer({
      write,
      handle: (method) => this.#handlerOf(method),
      describe: (error, method) => this.#describe(error, method),
    });
  }

  receive(line: string): void {
    this.#peer.receive(line);
  }

  abandon(): void {
    const reason = new Error("The host closed the connection.");
    this.#peer.close(reason);
    this.#calls.abort(reason);
  }

  async drain(drainMs: number): Promise<void> {
    await this.#calls.drain(drainMs);
  }

  #handlerOf(method: string): RpcHandler | undefined {
    if (method === "$/cancel") return async ({ id }) => this.#calls.cancel(id);
    const serve = Object.hasOwn(this.#methods, method) ? this.#methods[method] : undefined;
    if (!serve) return undefined;
    return (params, { id }) => {
      if (method === "manifest" && params.extensions !== undefined)
        this.#shared = sharedExtensions(params.extensions);
      return this.#calls.run(id, async (cancelled) =>
        serve(params, this.#environment(params, id, cancelled)),
      );
    };
  }

  #environment(
    params: Record<string, unknown>,
    origin: string | number | undefined,
    cancelled: () => AbortSignal,
  ) {
    const wire: WireContext = isObject(params.ctx) ? params.ctx : {};
    const host = new RpcHost({
      peer: this.#peer,
      callToken: wire.call_token ?? null,
      origin,
      tellsProgress: this.#shared.has("progress"),
      filesUrl: this.#shared.has("files") ? this.#filesUrl : undefined,
    });
    return { wire, host, log: stderrLog, cancelled };
  }

  #describe(error: unknown, method: string): RpcError {
    if (error instanceof RpcError && error.code === rpcErrors.methodNotFound) return error;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UnknownComponentError) return new RpcError(rpcErrors.unknownComponent, message);
    if (this.#calls.wasCancelled(error)) return new RpcError(rpcErrors.cancelled, message);
    if (!isUserError(error)) stderrLog.error(`${method} failed: ${stackOf(error)}`);
    const data = isUserError(error) && this.#shared.has("user_error") ? { user_error: true } : undefined;
    return new RpcError(rpcErrors.pluginError, message, data);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
