import type { Readable, Writable } from "node:stream";
import { callHeaders, callProgressSchema, type Manifest, manifestSchema, NoxusError } from "@noxus/contracts";
import { z } from "zod";
import type { BridgeDoor } from "../bridge/door.ts";
import { exitError } from "./exit-error.ts";
import { announcementOf, type Extension, sharedExtensions } from "./extensions.ts";
import { type ParsedLine, parseFrameLine, type RpcMessage, readFrameHead } from "./frame-head.ts";
import { createFrameReader, type LongFrame } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HostCallbacks } from "./host-callbacks.ts";
import type { Exit, PluginAnswer } from "./instance.ts";
import { createNonFiniteFilter, mayHoldNonFinite } from "./non-finite.ts";
import { createResultFrame } from "./result-frame.ts";
import { httpAnswerOf, jsonAnswer, type RpcAnswer } from "./stdio-answer.ts";
import { stdioRequestOf } from "./stdio-request.ts";
import type { Transport, TransportCall } from "./transport.ts";
import { wholeBody } from "./whole-body.ts";

export interface StdioTransportOptions {
  stdin: Writable;
  stdout: Readable;
  bridge: BridgeDoor;
  /** For large answers and files on their way; nothing is left in it. */
  folder: string;
  maxFrameBytes: number;
  /** Output on stdout that is no frame. */
  onPrinted: (text: string) => void;
  /** Something of the protocol that is worth a log line of ours. */
  onNote: (text: string) => void;
}

/** Kept free in a frame for what we add to a body: method, names, token. */
const envelopeBytes = 4096;

const progressSchema = callProgressSchema.extend({ id: z.number() });

/** So many dropped messages are noted one by one, then every thousandth: a plugin that sends nothing else fills no log. */
const firstDrops = 10;

/**
 * A request on its way. `queued`: the plugin has not a byte of it; `sent`: the plugin may have begun; `abandoned`: its
 * caller is gone, but the plugin still works on it, until it hears of that where it can.
 */
interface Pending {
  state: "queued" | "sent" | "abandoned";
  resolve: (answer: RpcAnswer) => void;
  reject: (error: unknown) => void;
  onFinished: () => void;
  onProgress: TransportCall["onProgress"];
}

/** JSON-RPC over the plugin's stdin and stdout, both sides calling, many calls at once. */
export class StdioTransport implements Transport {
  readonly #options: StdioTransportOptions;
  readonly #writer: FrameWriter;
  readonly #callbacks: HostCallbacks;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #dropped = 0;
  #exit: Exit | undefined;
  #shared: ReadonlySet<Extension> = new Set();

  constructor(options: StdioTransportOptions) {
    this.#options = options;
    this.#writer = new FrameWriter(options.stdin);
    this.#callbacks = new HostCallbacks({ ...options, writer: this.#writer });
    this.#read(options.stdout);
  }

  async call(call: TransportCall): Promise<PluginAnswer> {
    const { kind, signal } = call;
    let handedOver = false;
    try {
      if (kind === "health") return jsonAnswer(200, { status: "healthy", service: "noxus-plugin-server" });
      const body = await wholeBody(call.body, this.#options.maxFrameBytes - envelopeBytes);
      signal.throwIfAborted();
      const request = stdioRequestOf({ ...call, kind }, body, this.#addedContext(call));
      if ("status" in request) return request;
      if (request.secrets.length > 0) call.onSecrets(request.secrets);
      handedOver = true;
      return httpAnswerOf(
        kind,
        await this.#exchange({
          ...request,
          signal,
          onFinished: call.onFinished,
          onProgress: call.onProgress,
        }),
      );
    } finally {
      if (!handedOver) call.onFinished();
    }
  }

  async manifest(signal: AbortSignal): Promise<Manifest> {
    const answer = await this.#ask("manifest", signal);
    const result = manifestSchema.safeParse(answer);
    if (result.success) {
      await this.#share(result.data, signal);
      return result.data;
    }
    throw new NoxusError(
      "plugin_manifest_invalid",
      `The running plugin's manifest cannot be used: ${z.prettifyError(result.error)}`,
    );
  }

  /** Told only to a plugin that announces some itself: for any other nothing is sent that the contract does not know. */
  async #share(manifest: Manifest, signal: AbortSignal): Promise<void> {
    const isNew = this.#shared.size === 0;
    this.#shared = sharedExtensions(manifest);
    if (isNew && this.#shared.size > 0) await this.#ask("manifest", signal);
  }

  /** Members that a call's ctx gets from us. */
  #addedContext({ token, deadlineAt, headers }: TransportCall): Record<string, unknown> {
    if (!this.#shared.has("context")) return { call_token: token };
    const key = headers?.[callHeaders.idempotencyKey];
    return {
      call_token: token,
      ...(deadlineAt !== undefined && {
        deadline_ms: Math.max(1, Math.round(deadlineAt - performance.now())),
      }),
      ...(key !== undefined && { idempotency_key: decoded(key) }),
    };
  }

  async probe(signal: AbortSignal): Promise<boolean> {
    return this.#ask("manifest", signal).then(
      () => true,
      () => false,
    );
  }

  fail(exit: Exit): void {
    this.#exit = exit;
    for (const [id, { state, reject, onFinished }] of this.#pending) {
      this.#pending.delete(id);
      onFinished();
      reject(exitError(exit, state === "queued" ? "no" : "perhaps"));
    }
  }

  async #ask(method: "manifest", signal: AbortSignal): Promise<unknown> {
    const params = [announcementOf(this.#shared)];
    const answer = await this.#exchange({ method, params, signal, onFinished: () => {} });
    if (answer.kind === "error")
      throw new NoxusError(
        "plugin_protocol_error",
        `The plugin failed to give its ${method}: ${answer.message}`,
      );
    const chunks: Buffer[] = [];
    if (Buffer.isBuffer(answer.content)) chunks.push(answer.content);
    else for await (const chunk of answer.content as AsyncIterable<Buffer>) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString());
  }

  #exchange({
    method,
    params,
    signal,
    onFinished,
    onProgress,
  }: {
    method: string;
    params: Buffer[];
  } & Pick<TransportCall, "signal" | "onFinished" | "onProgress">): Promise<RpcAnswer> {
    const id = this.#nextId++;
    const content = [
      Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":`),
      ...params,
      Buffer.from("}"),
    ];
    const { promise, resolve, reject } = Promise.withResolvers<RpcAnswer>();
    if (this.#exit) {
      onFinished();
      reject(exitError(this.#exit, "no"));
      return promise;
    }
    const onAbort = () => this.#abandon(id, signal.reason);
    const finished = () => {
      signal.removeEventListener("abort", onAbort);
      onFinished();
    };
    const pending: Pending = { state: "queued", resolve, reject, onFinished: finished, onProgress };
    this.#pending.set(id, pending);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#writer.send({
      content,
      isWanted: () => this.#pending.has(id),
      onStarted: () => {
        if (pending.state === "queued") pending.state = "sent";
      },
      onRefused: () => {
        if (pending.state === "sent") pending.state = "queued";
      },
    });
    return promise;
  }

  /** The caller is told at once, the plugin where it knows of cancelling; its late answer is dropped. */
  #abandon(id: number, reason: unknown): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.reject(reason);
    if (pending.state === "queued") this.#finish(id);
    else {
      pending.state = "abandoned";
      if (this.#shared.has("cancel")) this.#notify("$/cancel", { id });
    }
  }

  #notify(method: string, params: object): void {
    this.#writer.send({ content: [Buffer.from(JSON.stringify({ jsonrpc: "2.0", method, params }))] });
  }

  #finish(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.onFinished();
    return pending;
  }

  #settle(id: number, answer: RpcAnswer): void {
    const pending = this.#finish(id);
    if (!pending) this.#drop(`an answer to no call (id ${id})`);
    if (pending?.state === "sent") pending.resolve(answer);
    else if (answer.kind === "result" && !Buffer.isBuffer(answer.content)) answer.content.destroy();
  }

  #refuse(id: number, error: NoxusError): void {
    this.#finish(id)?.reject(error);
  }

  #read(stdout: Readable): void {
    const reader = createFrameReader({
      maxFrameBytes: this.#options.maxFrameBytes,
      onLine: (line) => this.#onLine(line),
      onLong: (beginning) => this.#onLong(beginning),
    });
    stdout.on("data", (chunk: Buffer) => {
      const wait = reader.push(chunk);
      if (!wait) return;
      stdout.pause();
      void wait.then(() => stdout.resume());
    });
    stdout.on("error", () => {});
  }

  #onLine(raw: Buffer): void {
    const line = mayHoldNonFinite(raw) ? withoutNonFinite(raw) : raw;
    const parsed = parseFrameLine(line);
    const printed = parsed ? line.subarray(0, parsed.start) : raw;
    if (printed.length > 0) this.#options.onPrinted(printed.toString());
    if (parsed) this.#onMessage(parsed, line.subarray(parsed.start));
  }

  #onMessage({ message }: ParsedLine, frame: Buffer): void {
    const { id, method, params, error } = message;
    if (method === "$/progress" && this.#shared.has("progress")) this.#onProgress(params);
    else if (typeof id !== "number") this.#drop("a message without an id");
    else if (method !== undefined) this.#callbacks.handle(id, method, params, frame);
    else if (error) this.#settle(id, { kind: "error", ...this.#errorOf(error) });
    else {
      const content = resultBytes(message, frame);
      this.#settle(id, { kind: "result", content, bytes: content.length });
    }
  }

  /** Of a call that nobody waits for any more it is no matter. */
  #onProgress(params: unknown): void {
    const told = progressSchema.safeParse(params);
    if (told.success) {
      const { id, ...progress } = told.data;
      const pending = this.#pending.get(id);
      if (pending?.state === "sent") pending.onProgress?.(progress);
    } else this.#drop("progress that cannot be read");
  }

  #errorOf({ code = -32000, message = "", data }: NonNullable<RpcMessage["error"]>) {
    return { code, message, isUserError: this.#shared.has("user_error") && data?.user_error === true };
  }

  #onLong(beginning: Buffer): LongFrame | undefined {
    const head = readFrameHead(beginning);
    if (head?.kind === "result") return this.#longResult(head.id, beginning.subarray(head.start));
    if (head?.kind === "request" && head.method === "host.upload_file")
      return this.#callbacks.longUpload(head.id, beginning);
    if (head?.kind === "request") this.#callbacks.refuse(head.id, "The request is too long.");
    else if (head?.kind === "error") this.#refuse(head.id, this.#tooLarge());
    else this.#options.onPrinted(`${beginning.toString("utf8", 0, 200)}… (a very long line, left out)`);
    return undefined;
  }

  #longResult(id: number, beginning: Buffer): LongFrame {
    return createResultFrame({
      folder: this.#options.folder,
      beginning,
      onResult: (content, bytes) => this.#settle(id, { kind: "result", content, bytes }),
      onTooLong: () => this.#refuse(id, this.#tooLarge()),
      onFailed: (cause) =>
        this.#refuse(
          id,
          new NoxusError(
            "plugin_protocol_error",
            `The plugin's answer could not be taken: ${(cause as Error).message}.`,
            { cause, data: { started: "perhaps" } },
          ),
        ),
    });
  }

  #tooLarge(): NoxusError {
    const { maxFrameBytes } = this.#options;
    return new NoxusError(
      "plugin_answer_too_large",
      `The plugin's answer is over ${maxFrameBytes} bytes. Let it give large content as a file.`,
      { data: { maxFrameBytes, started: "perhaps" } },
    );
  }

  #drop(what: string): void {
    this.#dropped += 1;
    if (this.#dropped > firstDrops && this.#dropped % firstDrops ** 3 !== 0) return;
    this.#options.onNote(`the plugin sent ${what}; dropped (${this.#dropped} so far)`);
  }
}

/** Header values are sent encoded; what is not, is taken as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function withoutNonFinite(line: Buffer): Buffer {
  const filter = createNonFiniteFilter();
  return Buffer.concat([filter.write(line), filter.end()]);
}

/** The result's own bytes, where the frame is written as Python writes it; else it is written anew. */
function resultBytes(message: RpcMessage, frame: Buffer): Buffer {
  const head = readFrameHead(frame);
  const end = frame.lastIndexOf("}");
  const plain = head?.kind === "result" && Object.keys(message).length === 3;
  return plain ? frame.subarray(head.start, end) : Buffer.from(JSON.stringify(message.result ?? null));
}
