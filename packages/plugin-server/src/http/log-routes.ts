import { Readable } from "node:stream";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { LogLine } from "../logs/plugin-log.ts";
import type { PluginServerHttpOptions } from "./http-server.ts";

const query = z.object({
  tail: z.coerce.number().int().min(0).max(10_000).default(200).describe("How many of the last lines."),
  follow: z
    .enum(["true", "false", "1", "0"])
    .default("false")
    .transform((word) => word === "true" || word === "1")
    .describe("Stay, and send what comes."),
});

/** A plugin's log lines: its own output and ours about it. */
export function addLogRoutes(
  server: HttpServer,
  { reconciler, logOf }: Pick<PluginServerHttpOptions, "reconciler" | "logOf">,
): void {
  // Who follows would hold up the server's end for ever.
  const closing = new AbortController();
  server.addHook("preClose", async () => closing.abort());
  server.get(
    "/plugins/:id/logs",
    {
      schema: {
        tags: ["plugins"],
        summary: "A plugin's log",
        description:
          "One JSON object a line (`application/x-ndjson`), or server-sent events where the Accept header asks for `text/event-stream`.",
        params: z.object({ id: z.string() }),
        querystring: query,
      },
    },
    async (request, reply) => {
      const { id } = reconciler.find(request.params.id);
      const { tail, follow } = request.query;
      const asEvents = request.headers.accept?.includes("text/event-stream") ?? false;
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const log = logOf(id);
      const until = AbortSignal.any([gone.signal, closing.signal]);
      const lines = follow ? tailAndFollow(log, tail, until) : justTail(log, tail);
      reply.header("cache-control", "no-store").type(asEvents ? "text/event-stream" : "application/x-ndjson");
      return reply.send(Readable.from(asText(lines, asEvents)));
    },
  );
}

type Log = ReturnType<PluginServerHttpOptions["logOf"]>;

async function* justTail(log: Log, count: number): AsyncGenerator<LogLine> {
  yield* await log.tail(count);
}

/** Following begins before the tail is read, so that no line falls between the two. */
async function* tailAndFollow(log: Log, count: number, signal: AbortSignal): AsyncGenerator<LogLine> {
  const coming = log.follow(signal);
  // A generator does nothing before it is asked for the first time.
  let next = coming.next();
  const tail = await log.tail(count);
  yield* tail;
  const last = tail.at(-1)?.at.getTime() ?? 0;
  for (let line = await next; !line.done; line = await next) {
    if (line.value.at.getTime() > last) yield line.value;
    next = coming.next();
  }
}

async function* asText(lines: AsyncGenerator<LogLine>, asEvents: boolean): AsyncGenerator<string> {
  // Headers go out with the first chunk; a quiet log must not look like a hanging server.
  if (asEvents) yield ": log\n\n";
  for await (const line of lines) {
    const json = JSON.stringify(line);
    yield asEvents ? `data: ${json}\n\n` : `${json}\n`;
  }
}
