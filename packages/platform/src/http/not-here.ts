import { NoxusError } from "@noxus/contracts";

/** Parts of the original product's API that this product does not have, by what follows `/v1/` (of administration, by two words). */
const otherProducts: Record<string, string> = {
  "admin/roles": "Roles",
  "admin/system-keys": "System keys",
  "admin/users": "Users",
  agents: "Agents",
  agentflows: "Agent flows",
  assistants: "Assistants",
  channels: "Channels",
  conversations: "Conversations",
  deployments: "Deployments",
  evaluations: "Evaluations",
  "evaluator-definitions": "Evaluations",
  insights: "Insights",
  "knowledge-bases": "Knowledge bases",
  models: "Models",
  sandboxes: "Sandboxes",
  tables: "Tables",
};

/** What is said where no route is: a part of the original that this product has not is told apart from a mistyped address. */
export function notHere(method: string, path: string): NoxusError {
  const part = /^\/v1\/((?:admin\/)?[^/]+)/.exec(path)?.[1] ?? "";
  const name = otherProducts[part];
  if (name)
    return new NoxusError(
      "not_supported",
      `${name} are not part of this product. It has plugins, nodes, workflows, runs, files, variables, workspaces and credentials; see /docs.`,
    );
  return new NoxusError("not_found", `There is no ${method} ${path} here. See /docs for what there is.`);
}
