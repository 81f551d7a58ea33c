import type { FastifyReply } from "fastify";
import type { PlatformDependencies } from "./dependencies.ts";

/** Aborts when the caller is gone before the answer is complete, or the program ends. */
export function callerSignal(
  reply: FastifyReply,
  { signal }: Pick<PlatformDependencies, "signal">,
): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  if (reply.raw.destroyed) gone.abort();
  return AbortSignal.any([gone.signal, signal]);
}
