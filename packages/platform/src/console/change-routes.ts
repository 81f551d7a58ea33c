import { runEventsChannel } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type StreamEvent, sendEvents, Wake } from "../http/event-stream.ts";
import { pluginEventsChannel } from "../plugins/plugin-events.ts";

/** A busy platform changes hundreds of times a second; a page that shows lists is told at most this often. */
const tellEveryMs = 300;
/** What no notification told shows itself after this. */
const lookAgainMs = 30_000;

type Topic = "plugins" | "runs";

/** One stream that says which lists have changed, so that a page with many things on it needs no stream for each. */
export function registerChangeRoutes(server: HttpServer, deps: PlatformDependencies): void {
  server.get(
    "/v1/changes",
    {
      schema: {
        tags: ["server"],
        summary: "Which lists have changed (server-sent events)",
        description:
          "Events `plugins` and `runs` say: read it again. They carry nothing, so what was missed costs no more than one reading.",
      },
    },
    async (_request, reply) => {
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      return sendEvents(reply, changes(deps, AbortSignal.any([gone.signal, deps.signal])));
    },
  );
}

async function* changes(
  { database: { notifications } }: PlatformDependencies,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const wake = new Wake();
  const changed = new Set<Topic>();
  const note = (topic: Topic) => () => {
    changed.add(topic);
    wake.wake();
  };
  const listening = [
    notifications.listen(pluginEventsChannel, note("plugins")),
    notifications.listen(runEventsChannel, note("runs")),
  ];
  try {
    while (!signal.aborted) {
      await wake.wait(lookAgainMs, signal);
      if (changed.size === 0) continue;
      const told = [...changed];
      changed.clear();
      for (const topic of told) yield { event: topic, data: {} };
      await new Wake().wait(tellEveryMs, signal);
    }
  } finally {
    for (const each of listening) each.stop();
  }
}
