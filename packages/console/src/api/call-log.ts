import { queryOptions } from "@tanstack/react-query";
import type { LogLine } from "../plugins/log-stream.ts";
import { isOfCall, type LoggedCall } from "../plugins/of-call.ts";
import { requestText } from "./client.ts";

/** What a plugin wrote in a call that has ended, of its last lines. */
export const callLogQuery = (plugin: string, call: LoggedCall, tail: number) =>
  queryOptions({
    queryKey: ["call-log", plugin, call],
    queryFn: async ({ signal }) => {
      const headers = { accept: "application/x-ndjson" };
      const path = `/v1/plugins/${encodeURIComponent(plugin)}/logs`;
      const text = await requestText(path, { query: { tail }, headers, signal });
      const lines = text.split("\n").filter((line) => line !== "");
      return lines
        .map((line, number): LogLine => ({ ...(JSON.parse(line) as Omit<LogLine, "number">), number }))
        .filter((line) => isOfCall(line, call));
    },
    // Ended calls write nothing more, but their last lines are a moment behind.
    staleTime: 5_000,
    refetchInterval: false,
  });
