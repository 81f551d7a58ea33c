import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { PlatformClient, RequestOptions } from "./platform-client.ts";

/** The events of a server-sent stream, until it ends. */
export async function* readEvents(
  client: PlatformClient,
  path: string,
  options: RequestOptions = {},
): AsyncGenerator<EventSourceMessage> {
  const answer = await client.open(path, { ...options, headers: { accept: "text/event-stream" } });
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event) });
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    parser.feed(chunk);
    yield* ready.splice(0);
  }
}
