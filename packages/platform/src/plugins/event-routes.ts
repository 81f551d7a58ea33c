import { pluginHistoryQuerySchema, pluginHistorySchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import { callerSignal } from "../http/caller-signal.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type StreamEvent, sendEvents, Wake } from "../http/event-stream.ts";
import { eventsAfter, type PluginEventRow, pluginEventsChannel } from "./plugin-events.ts";
import { readHistory } from "./plugin-history.ts";
import { adminOnly, pluginParams } from "./plugin-routes.ts";
import { findPlugin } from "./plugin-store.ts";

/** Notifications shorten the wait, this makes it correct. */
const lookAgainMs = 5_000;

/** What happens to a plugin as it happens, and what it writes. */
export function registerPluginStreamRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addHistory(server, deps);
  addEvents(server, deps);
  addLogs(server, deps);
}

function addHistory(server: HttpServer, { database: { db } }: PlatformDependencies): void {
  server.get(
    "/v1/plugins/:id/history",
    {
      schema: {
        tags: ["plugins"],
        summary: "What happened to a plugin, newest first",
        description:
          "What was asked of it, and what plugin servers reported; the same again and again is told once. Kept for 30 days. `next` of one page is `before` of the next.",
        params: pluginParams,
        querystring: pluginHistoryQuerySchema,
        response: { 200: pluginHistorySchema },
      },
    },
    async ({ params, query }) => {
      const { id } = await findPlugin(db, params.id);
      return readHistory(db, { pluginId: id, ...query });
    },
  );
}

function addEvents(server: HttpServer, deps: PlatformDependencies): void {
  server.get(
    "/v1/plugins/:id/events",
    {
      schema: {
        tags: ["plugins"],
        summary: "What happens to a plugin (server-sent events)",
        description:
          "All that is known, then what comes: `installed`, `changed`, `reload`, `retry`, `rollback`, `update`, `status` (status, phases, failure), `uninstalling`, `uninstalled`; after that last one the stream ends. `Last-Event-ID`, or `?after=`, resumes.",
        params: pluginParams,
        querystring: z.object({
          after: z.coerce.number().int().min(0).optional().describe("Events after this id."),
        }),
      },
    },
    async (request, reply) => {
      const { id } = await findPlugin(deps.database.db, request.params.id);
      const resumed = Number(request.headers["last-event-id"] ?? request.query.after ?? 0);
      const signal = callerSignal(reply, deps);
      return sendEvents(reply, follow(deps, { id, after: Number.isFinite(resumed) ? resumed : 0, signal }));
    },
  );
}

async function* follow(
  { database }: PlatformDependencies,
  { id, after, signal }: { id: string; after: number; signal: AbortSignal },
): AsyncGenerator<StreamEvent> {
  const wake = new Wake();
  const listening = database.notifications.listen(pluginEventsChannel, (hint) => {
    if (hint.kind === "reconnected" || hint.payload === id) wake.wake();
  });
  try {
    for (let last = after; !signal.aborted; ) {
      const events = await eventsAfter(database.db, id, last);
      for (const event of events) {
        yield toStreamEvent(event);
        if (event.type === "uninstalled") return;
        last = event.id;
      }
      if (events.length === 0) await wake.wait(lookAgainMs, signal);
    }
  } finally {
    listening.stop();
  }
}

function toStreamEvent({ id, type, data, at, pluginId, serverId }: PluginEventRow): StreamEvent {
  return {
    id: String(id),
    event: type,
    data: { ...data, type, plugin_id: pluginId, server_id: serverId, at: at.toISOString() },
  };
}

function addLogs(server: HttpServer, deps: PlatformDependencies): void {
  server.get(
    "/v1/plugins/:id/logs",
    {
      onRequest: adminOnly,
      schema: {
        tags: ["plugins"],
        summary: "A plugin's log",
        description:
          "One JSON object a line (`application/x-ndjson`), or server-sent events where the Accept header asks for them. For administrators: a plugin may write about the data of any workspace.",
        params: pluginParams,
        querystring: z.object({
          tail: z.coerce
            .number()
            .int()
            .min(0)
            .max(10_000)
            .default(200)
            .describe("How many of the last lines."),
          follow: z.enum(["true", "false", "1", "0"]).default("false").describe("Stay, and send what comes."),
        }),
      },
    },
    async (request, reply) => {
      const { id } = await findPlugin(deps.database.db, request.params.id);
      const { tail, follow } = request.query;
      const answer = await deps.pluginServers.askPlugin(id, {
        method: "GET",
        path: `/logs?tail=${tail}&follow=${follow}`,
        headers: { accept: request.headers.accept ?? "*/*" },
        timeoutMs: 0,
        signal: callerSignal(reply, deps),
      });
      return reply.header("cache-control", "no-store").type(answer.contentType).send(answer.body);
    },
  );
}
