import type { Readable } from "node:stream";
import { errorBodySchema, NoxusError } from "@noxus/contracts";
import { type Dispatcher, request } from "undici";
import type { z } from "zod";

export interface PlatformRequest {
  method: "GET" | "POST";
  /** Below the platform's address, e.g. `/plugin-server/register`. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer | Readable;
  signal: AbortSignal;
}

/** Milliseconds that the platform may take to begin its answer; a body may stream longer. */
const answerTimeoutMs = 30_000;

/** Requests to the platform with this server's key; refusals become errors that say what to set right. */
export class PlatformClient {
  readonly url: string;
  readonly #key: string;

  constructor({ url, key }: { url: string; key: string }) {
    this.url = url.replace(/\/+$/, "");
    this.#key = key;
  }

  /**
   * The answer, its body unread.
   *
   * @throws NoxusError `unauthorized` naming the variable to set, `unavailable`, or the platform's own code.
   */
  async send({
    method,
    path,
    headers = {},
    body,
    signal,
  }: PlatformRequest): Promise<Dispatcher.ResponseData> {
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(`${this.url}${path}`, {
        method,
        headers: { "x-api-key": this.#key, ...headers },
        ...(body !== undefined && { body }),
        headersTimeout: answerTimeoutMs,
        bodyTimeout: answerTimeoutMs,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw this.#unreachable(error);
    }
    if (answer.statusCode >= 400) throw await this.#refusal(method, path, answer);
    return answer;
  }

  /** Sends JSON and parses the JSON answer. */
  async post<T>(path: string, value: unknown, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const body = JSON.stringify(value);
    const answer = await this.send({
      method: "POST",
      path,
      headers: { "content-type": "application/json" },
      body,
      signal,
    });
    return schema.parse(await answer.body.json());
  }

  #unreachable(cause: unknown): NoxusError {
    const why = describe(cause);
    return new NoxusError("unavailable", `The platform at ${this.url} does not answer (${why}).`, { cause });
  }

  async #refusal(method: string, path: string, answer: Dispatcher.ResponseData): Promise<NoxusError> {
    const text = await answer.body.text().catch(() => "");
    if (answer.statusCode === 401)
      return new NoxusError(
        "unauthorized",
        `The platform at ${this.url} refused this server's key (401). Set PLUGIN_SERVER_PLATFORM_KEY to the value that the platform has.`,
      );
    const detail = detailOf(text);
    const code = answer.statusCode === 404 ? "not_found" : "unavailable";
    return new NoxusError(
      code,
      `The platform answered ${method} ${path} with ${answer.statusCode}${detail ? `: ${detail}` : "."}`,
      { status: answer.statusCode, data: { status: answer.statusCode } },
    );
  }
}

function detailOf(text: string): string {
  try {
    return errorBodySchema.parse(JSON.parse(text)).detail;
  } catch {
    return text.slice(0, 200);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code && !error.message.includes(code) ? `${code}: ${error.message}` : error.message || (code ?? "");
}
