import type { Readable } from "node:stream";
import { NoxusError } from "@noxus/contracts";
import type { CallKind, PluginAnswer } from "./instance.ts";

/** What came back for a request: the result's own bytes, or an error. */
export type RpcAnswer =
  | { kind: "result"; content: Buffer | Readable; bytes: number }
  | { kind: "error"; code: number; message: string; isUserError?: boolean };

const methodNotFound = -32601;
const componentNotFound = -32004;

/**
 * The answer that the same plugin would have given over HTTP. stdio tells only an error's text, not its kind:
 *
 * - -32004 (unknown node, integration, …) → 404 `{detail}`
 * - -32000 whose text is pydantic's "N validation errors for …" → 422 `{error: "Validation Error", detail}`
 * - one that the plugin marks as its user's to put right → 400 `{error: "Bad Request", detail}`
 * - -32000 of `integration_ready` → 400 `{error: "Bad Request", detail}`
 * - any other -32000 → 500 `{error: "Internal Server Error", detail}`; a ValueError, 400 over HTTP, is among them.
 *   Unlike over HTTP the detail is the exception's own text.
 *
 * @throws NoxusError transport_unsupported where the SDK release has no such method
 */
export function httpAnswerOf(kind: CallKind, answer: RpcAnswer): PluginAnswer {
  if (answer.kind === "result")
    return {
      status: 200,
      contentType: "application/json",
      contentLength: answer.bytes,
      body: answer.content,
    };
  const { code, message, isUserError } = answer;
  if (code === methodNotFound)
    throw new NoxusError(
      "transport_unsupported",
      `The plugin's SDK release does not offer ${kind}: ${message}. A newer release may.`,
      { data: { started: "no" } },
    );
  if (code === componentNotFound) return jsonAnswer(404, { detail: message });
  if (/^\d+ validation errors? for /.test(message))
    return jsonAnswer(422, { error: "Validation Error", detail: message });
  if (isUserError || kind === "integration_ready")
    return jsonAnswer(400, { error: "Bad Request", detail: message });
  return jsonAnswer(500, { error: "Internal Server Error", detail: message });
}

export function jsonAnswer(status: number, value: unknown): PluginAnswer {
  const body = Buffer.from(JSON.stringify(value));
  return { status, contentType: "application/json", contentLength: body.length, body };
}
