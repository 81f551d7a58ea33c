import { NODE_POLICY_KEY, type NodePolicy, nodePolicySchema } from "@noxus/contracts";
import type { Parsing } from "./parsing.ts";

interface PolicySource {
  index: number;
  title: string;
  source: { node_config?: Record<string, unknown> | null | undefined };
}

const usual = nodePolicySchema.parse({});

/** The node's policy, the usual one where it has none; what is wrong with it is a problem of the workflow. */
export function policyOf({ source, index, title }: PolicySource, { problems }: Parsing): NodePolicy {
  const parsed = nodePolicySchema.safeParse(source.node_config?.[NODE_POLICY_KEY] ?? {});
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    problems.push({
      code: "workflow_invalid",
      path: ["nodes", [index], "node_config", NODE_POLICY_KEY, ...issue.path]
        .map((part) => (Array.isArray(part) ? `[${part}]` : `.${String(part)}`))
        .join("")
        .slice(1),
      message: `The policy of node "${title}" is not of the expected form: ${issue.message}.`,
      stage: "run",
    });
  return usual;
}

/** Whether a failure of the node goes to its `on_error` output, something being connected to it or not. */
export function catchesErrors({ on_error }: NodePolicy, isConnected: boolean): boolean {
  return on_error === "branch" || (on_error !== "fail" && isConnected);
}
