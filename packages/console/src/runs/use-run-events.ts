import { useEffect, useState } from "react";
import { queryClient } from "../api/query-client.ts";
import { runQuery } from "../api/runs.ts";
import { placeOf } from "./run-state.ts";

/** How far a call is, in the plugin's words. */
export interface Progress {
  /** 0 to 1 */
  fraction?: number;
  message?: string;
}

/** A run of many small nodes tells of hundreds in a second. */
const readEveryMs = 250;

/**
 * Reads a run again whenever it tells something, until it is over, past questions to a person too; the browser resumes a
 * broken stream by itself. Gives how far its calls are, by `placeOf`.
 */
export function useRunEvents(id: string, over: boolean): ReadonlyMap<string, Progress> {
  const [progress, setProgress] = useState<ReadonlyMap<string, Progress>>(new Map());
  useEffect(() => {
    if (over) return;
    const reader = readerOf(id);
    const source = new EventSource(`/v1/runs/${encodeURIComponent(id)}/events?until=end`);
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data) as { type: string; data: { node_id: string; item?: string } & Progress };
      if (event.type !== "node.progress") return reader.read();
      setProgress((before) => new Map(before).set(placeOf(event.data), event.data));
    };
    return () => {
      reader.stop();
      source.close();
    };
  }, [id, over]);
  return progress;
}

/** `settling`: more events may come with the first; `wanted`: told of while it was read. */
type Reading = "idle" | "settling" | "reading" | "wanted" | "stopped";

/** Reads a run when it is told to, one reading after the other: a large run's takes longer than the next event. */
function readerOf(id: string): { read: () => void; stop: () => void } {
  let state: Reading = "idle";
  const set = (next: Reading) => {
    state = next;
  };
  // As long as the last reading took: a run with many values is not read all the time.
  let pauseMs = readEveryMs;
  const is = (asked: Reading) => state === asked;
  const read = async () => {
    set("settling");
    await new Promise((passed) => setTimeout(passed, pauseMs));
    if (is("stopped")) return;
    set("reading");
    const startedAt = performance.now();
    await queryClient.invalidateQueries({ queryKey: runQuery(id).queryKey });
    pauseMs = Math.max(readEveryMs, performance.now() - startedAt);
    if (is("wanted")) void read();
    else if (!is("stopped")) set("idle");
  };
  return {
    read: () => {
      if (is("idle")) void read();
      else if (is("reading")) set("wanted");
    },
    stop: () => set("stopped"),
  };
}
