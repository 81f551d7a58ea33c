import { NoxusError } from "@noxus/contracts";
import { toText } from "@noxus/workflow";
import { type Dispatcher, request } from "undici";
import { readLimited } from "../outbound/read-limited.ts";
import type { NodeCall, NodeExecutor } from "./node-call.ts";

export interface HttpRequestOptions {
  dispatcher: Dispatcher;
  /** Of an answer's body. */
  maxBytes: number;
}

/** Sends a request and gives status, headers and body; JSON is parsed, what is no text comes as base64. */
export const httpRequest =
  ({ dispatcher, maxBytes }: HttpRequestOptions): NodeExecutor =>
  async (call) => {
    const url = parseUrl(toText(call.inputs.url));
    const limit = AbortSignal.any([call.signal, AbortSignal.timeout(timeoutOf(call))]);
    try {
      const { statusCode, headers, body } = await request(url, {
        method: String(call.config.method ?? "GET").toUpperCase() as Dispatcher.HttpMethod,
        ...content(call),
        dispatcher,
        signal: limit,
      });
      const bytes = await readLimited(body, maxBytes);
      const outputs = {
        status: statusCode,
        headers,
        body: decode(bytes, String(headers["content-type"] ?? "")),
      };
      if (statusCode >= 400 && call.config.fail_on_status !== false) throw statusError(url, outputs);
      return outputs;
    } catch (error) {
      throw requestError(error, url, call);
    }
  };

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new NoxusError("node_failed", `The address ${JSON.stringify(text)} is no http:// or https:// URL.`);
}

function timeoutOf({ config }: NodeCall): number {
  const seconds = Number(config.timeout_seconds ?? 30);
  return Math.round((seconds > 0 ? seconds : 30) * 1000);
}

function content({ inputs, config }: NodeCall): { headers: Record<string, string>; body?: string } {
  const given = Object.entries((config.headers ?? {}) as Record<string, unknown>);
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), toText(value)]));
  if (inputs.body === undefined || inputs.body === null) return { headers };
  const isText = typeof inputs.body === "string";
  const type = isText ? "text/plain; charset=utf-8" : "application/json";
  return { headers: { "content-type": type, ...headers }, body: toText(inputs.body) };
}

function decode(bytes: Buffer, contentType: string): unknown {
  if (/[/+]json\b/i.test(contentType)) return parseJson(bytes.toString("utf8"));
  if (contentType === "" || /^text\/|xml|javascript|urlencoded|yaml/i.test(contentType))
    return bytes.toString("utf8");
  return bytes.toString("base64");
}

/** What says it is JSON and is not is still worth showing. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function statusError(url: URL, { status, body }: { status: number; body: unknown }): NoxusError {
  const words = toText(body).slice(0, 500);
  return new NoxusError("node_failed", `${url.origin} answered with status ${status}: ${words}`, {
    data: { status, body: words },
  });
}

function requestError(error: unknown, url: URL, { signal, config }: NodeCall): unknown {
  if (error instanceof NoxusError || signal.aborted) return error;
  const { cause, name, message } = error as Error;
  if (cause instanceof NoxusError) return cause;
  if (name === "TimeoutError")
    return new NoxusError(
      "node_timeout",
      `${url.origin} did not answer within ${config.timeout_seconds ?? 30} s.`,
    );
  return new NoxusError("node_failed", `The request to ${url.origin} failed: ${message}`, { cause: error });
}
