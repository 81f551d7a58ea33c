import type { HttpServer } from "@noxus/service";
import { callerSignal } from "../http/caller-signal.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type StreamEvent, sendEvents, Wake } from "../http/event-stream.ts";
import { ChangeFeed, type Follower } from "./change-feed.ts";

/** A busy platform changes hundreds of times a second; a page that shows lists is told at most this often. */
const tellEveryMs = 300;
/** What no notification told shows itself after this. */
const lookAgainMs = 30_000;

/** One stream that says which lists have changed, so that a page with many things on it needs no stream for each. */
export function registerChangeRoutes(server: HttpServer, deps: PlatformDependencies): void {
  const feed = new ChangeFeed(deps.database);
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
      const signal = callerSignal(reply, deps);
      // Before the answer begins: what is changed by somebody who has seen it begin is told.
      const follower = await feed.follow(access.workspaceId, signal);
      return sendEvents(reply, changes(follower, signal));
    },
  );
}

async function* changes({ wake, take }: Follower, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  while (!signal.aborted) {
    await wake.wait(lookAgainMs, signal);
    const topics = take();
    if (topics.length === 0) continue;
    for (const topic of topics) yield { event: topic, data: {} };
    await new Wake().wait(tellEveryMs, signal);
  }
}
