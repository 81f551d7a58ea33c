import { useEffect } from "react";
import { queryClient } from "../api/query-client.ts";

/** A run of many small nodes tells of hundreds in a second. */
const readEveryMs = 250;

/**
 * Reads a run again whenever it tells something, until it is over, past questions to a person too; the browser resumes a
 * broken stream by itself.
 */
export function useRunEvents(id: string, over: boolean): void {
  useEffect(() => {
    if (over) return;
    const source = new EventSource(`/v1/runs/${encodeURIComponent(id)}/events?until=end`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.onmessage = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: ["runs", id] });
      }, readEveryMs);
    };
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [id, over]);
}
