import type { FullRun } from "../api/runs.ts";
import type { TrialValues } from "../nodes/try-dialog.tsx";

/** What a node was tried alone with: its inputs are in the run's input as `<node>::<input>`. */
export function triedWith({ definition, input }: Pick<FullRun, "definition" | "input">): TrialValues {
  const [node] = definition.nodes as { node_config?: Record<string, unknown> }[];
  const inputs = Object.entries(input).map(([name, value]) => [name.split("::").slice(1).join("::"), value]);
  return { inputs: Object.fromEntries(inputs), config: node?.node_config ?? {} };
}
