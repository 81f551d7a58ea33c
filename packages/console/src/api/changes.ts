import { shared, useShared } from "../parts/shared.ts";
import { queryClient } from "./query-client.ts";

/** `connecting`: at first; `live`: changes are told as they come; `lost`: the browser tries again by itself. */
export type ConnectionState = "connecting" | "live" | "lost";

const state = shared<ConnectionState>("connecting");
let source: EventSource | undefined;

/**
 * What is read again when a topic is told. Of one run its own stream tells; a list of workflows shows the last run of each.
 */
const affected: Record<string, string[][]> = {
  plugins: [["plugins"], ["plugin-hold"], ["nodes"]],
  runs: [["runs", "list"], ["runs", "waits"], ["triggers"], ["workflows", "list"]],
  workflows: [["workflows"]],
  triggers: [["triggers"], ["workflows", "list"]],
  credentials: [["credentials"], ["integrations"]],
  files: [["files"]],
  variables: [["variables"]],
};

/** Follows the platform's stream of changes as long as the page lives; what was missed in an outage is read again. */
export function followChanges(): () => void {
  source ??= openStream();
  return () => {
    source?.close();
    source = undefined;
    state.set("connecting");
  };
}

function openStream(): EventSource {
  const stream = new EventSource("/v1/changes");
  stream.onopen = () => {
    // What was read before is read again: nobody told what changed between then and now.
    void queryClient.invalidateQueries({ predicate: ({ state: { dataUpdatedAt } }) => dataUpdatedAt > 0 });
    state.set("live");
  };
  stream.onerror = () => {
    state.set("lost");
    // Refused for good (signed out, or a proxy's error page): the browser would not try again.
    if (stream.readyState === EventSource.CLOSED) setTimeout(reopen, 3_000, stream);
  };
  for (const [topic, keys] of Object.entries(affected))
    stream.addEventListener(topic, () => {
      for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
    });
  return stream;
}

function reopen(closed: EventSource): void {
  if (source === closed) source = openStream();
}

export function useConnectionState(): ConnectionState {
  return useShared(state);
}
