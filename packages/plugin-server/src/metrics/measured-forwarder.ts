import { isNoxusError } from "@noxus/contracts";
import type { Forwarder } from "../forward/route.ts";
import type { PluginAnswer } from "../instances/instance.ts";
import type { CallOutcome, CallStatistics } from "./call-statistics.ts";

/** The same forwarder, with every call counted: from its arrival to the head of the plugin's answer, a wait in the queue included. */
export function measureCalls(forwarder: Forwarder, statistics: CallStatistics): Forwarder {
  return {
    setRoute: (...route) => forwarder.setRoute(...route),
    route: (pluginId) => forwarder.route(pluginId),
    load: (pluginId) => forwarder.load(pluginId),
    get inFlight() {
      return forwarder.inFlight;
    },
    call(pluginId, call, options) {
      const startedAt = performance.now();
      const count = (outcome: CallOutcome) =>
        statistics.count(pluginId, call.kind, outcome, performance.now() - startedAt);
      return forwarder.call(pluginId, call, options).then(
        (answer: PluginAnswer) => {
          count(answer.status < 400 ? "ok" : "plugin_error");
          return answer;
        },
        (error: unknown) => {
          count(outcomeOf(error));
          throw error;
        },
      );
    },
  };
}

function outcomeOf(error: unknown): CallOutcome {
  if (!isNoxusError(error)) return "failed";
  if (error.code === "call_cancelled") return "cancelled";
  if (error.code === "call_deadline_exceeded") return "deadline";
  return error.data?.started === "no" ? "refused" : "failed";
}
