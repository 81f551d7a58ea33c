import { executeCombineText, executeComposeText } from "./compose-text.ts";
import { executeCondition } from "./condition.ts";
import { executeDelay } from "./delay.ts";
import { type HttpRequestOptions, httpRequest } from "./http-request.ts";
import { executeInput, executeOutput } from "./input-output.ts";
import { jsonQuery, mapList } from "./json-query.ts";
import type { JsonataEvaluator } from "./jsonata-evaluator.ts";
import { executeMergeLists } from "./merge-lists.ts";
import type { NodeExecutor } from "./node-call.ts";
import { executeApproval, executeWebhookWait } from "./waits.ts";

export interface BuiltInOptions {
  evaluator: JsonataEvaluator;
  http: HttpRequestOptions;
}

/** The code of every built-in node but those that the walk itself executes (sub-workflows). */
export function builtInExecutors({ evaluator, http }: BuiltInOptions): ReadonlyMap<string, NodeExecutor> {
  return new Map<string, NodeExecutor>([
    ["InputNode", executeInput],
    ["InputNodeV2", executeInput],
    ["OutputNode", executeOutput],
    ["OutputNodeV2", executeOutput],
    ["ComposeTextNode", executeComposeText],
    ["CombineTextV2", executeCombineText],
    ["ConditionNode", executeCondition],
    ["JsonQueryNode", jsonQuery(evaluator)],
    ["MapListNode", mapList(evaluator)],
    ["MergeListsNode", executeMergeLists],
    ["HttpRequestNode", httpRequest(http)],
    ["DelayNode", executeDelay],
    ["ApprovalNode", executeApproval],
    ["WebhookWaitNode", executeWebhookWait],
  ]);
}
