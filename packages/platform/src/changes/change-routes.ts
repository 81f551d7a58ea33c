import type { HttpServer } from "@noxus/service";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type StreamEvent, sendEvents, Wake } from "../http/event-stream.ts";
import { ChangeFeed } from "./change-feed.ts";

/** A busy platform changes hundreds of times a second; a page that shows lists is told at most this often. */
const tellEveryMs = 300;
/** What no notification told shows itself after this. */
const lookAgainMs = 30_000;

/** One stream that says which lists have changed, so that a page with many things on it needs no stream for each. */
export function registerChangeRoutes(server: HttpServer, { database, signal }: PlatformDependencies): void {
  const feed = new ChangeFeed(database);
  server.get(
    "/v1/changes",
    {
      schema: {
        tags: ["server"],
        summary: "Which lists have changed (server-sent events)",
        description:
          "Events `plugins`, `runs`, `workflows`, `triggers`, `credentials`, `files` and `variables` say: read it again; all but the first are told only of one's own workspace. They carry nothing, so what was missed costs no more than one reading.",
      },
    },
    async ({ access }, reply) => {
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const ended = AbortSignal.any([gone.signal, signal]);
      return sendEvents(reply, changes(feed, { workspaceId: access.workspaceId, signal: ended }));
    },
  );
}

async function* changes(
  feed: ChangeFeed,
  { workspaceId, signal }: { workspaceId: string; signal: AbortSignal },
): AsyncGenerator<StreamEvent> {
  const follower = feed.follow(workspaceId);
  try {
    while (!signal.aborted) {
      await follower.wake.wait(lookAgainMs, signal);
      const topics = follower.take();
      if (topics.length === 0) continue;
      for (const topic of topics) yield { event: topic, data: {} };
      await new Wake().wait(tellEveryMs, signal);
    }
  } finally {
    follower.stop();
  }
}
