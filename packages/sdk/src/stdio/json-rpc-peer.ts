import { isObject } from "../config/coerce.ts";

export const rpcErrors = {
  methodNotFound: -32601,
  pluginError: -32000,
  unknownComponent: -32004,
  cancelled: -32800,
} as const;

type RequestId = string | number;

/** An error that travels as it is: from the other side, or to it. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Answers a request; what it throws becomes the error, by way of `describe`. */
export type RpcHandler = (
  params: Record<string, unknown>,
  request: { id: RequestId | undefined },
) => Promise<unknown>;

export interface RpcPeerOptions {
  /** Sends one line, its end included. */
  write: (line: string) => void;
  handle: (method: string) => RpcHandler | undefined;
  /** What an error of a handler is on the wire. */
  describe: (error: unknown, method: string) => RpcError;
}

/** JSON-RPC 2.0, one message a line, requests in both directions; ids of the two directions overlap. */
export class JsonRpcPeer {
  readonly #options: RpcPeerOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;
  #closed: Error | undefined;

  constructor(options: RpcPeerOptions) {
    this.#options = options;
  }

  /** Takes one line. What is no message is passed over: the other side may print, too. */
  receive(line: string): void {
    const message = parsed(line);
    if (!message) return;
    if (typeof message.method === "string") void this.#answer(message, message.method);
    else if ("id" in message) this.#settle(message);
  }

  /** Asks the other side; `origin` names the request that is being served meanwhile. */
  async call(
    method: string,
    params: object,
    { origin, signal }: { origin: RequestId | undefined; signal: AbortSignal },
  ): Promise<unknown> {
    signal.throwIfAborted();
    if (this.#closed) throw this.#closed;
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    const giveUp = () => answer.reject(signal.reason);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      this.#send({ id, method, params, ...(origin !== undefined && { origin }) });
      return await answer.promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
      this.#waiting.delete(id);
    }
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  /** Ends what is still being waited for. */
  close(reason: Error): void {
    this.#closed = reason;
    for (const answer of this.#waiting.values()) answer.reject(reason);
    this.#waiting.clear();
  }

  async #answer({ id, params }: Record<string, unknown>, method: string): Promise<void> {
    const request = { id: id === null ? undefined : (id as RequestId | undefined) };
    const answered = request.id !== undefined;
    try {
      const handler = this.#options.handle(method);
      if (!handler) throw new RpcError(rpcErrors.methodNotFound, `Method not found: ${method}`);
      const result = await handler(isObject(params) ? params : {}, request);
      if (answered) this.#send({ id: request.id, result: result ?? null });
    } catch (error) {
      const { code, message, data } = this.#options.describe(error, method);
      if (answered)
        this.#send({ id: request.id, error: { code, message, ...(data !== undefined && { data }) } });
    }
  }

  #settle({ id, result, error }: Record<string, unknown>): void {
    const answer = this.#waiting.get(id as number);
    if (!answer) return;
    if (!isObject(error)) answer.resolve(result);
    else
      answer.reject(
        new RpcError(Number(error.code ?? rpcErrors.pluginError), String(error.message ?? ""), error.data),
      );
  }

  #send(message: object): void {
    this.#options.write(`${onOneLine(JSON.stringify({ jsonrpc: "2.0", ...message }))}\n`);
  }
}

/** Two characters that JSON leaves as they are end a line for some readers, Node's among them. */
function onOneLine(text: string): string {
  if (!text.includes("\u2028") && !text.includes("\u2029")) return text;
  return text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (line.trim() === "") return undefined;
  try {
    const message: unknown = JSON.parse(line);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
