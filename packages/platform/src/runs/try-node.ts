import {
  isNoxusError,
  LOOP_NODE_TYPE,
  NoxusError,
  type RunStarter,
  runQueuedChannel,
} from "@noxus/contracts";
import type { RunRow } from "@noxus/database";
import { bindRunInputs, parseWorkflow, type RegisteredNode, suggestion } from "@noxus/workflow";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { ensureTrialWorkflow, trialWorkflowId } from "../workflows/trial-workflow.ts";
import { insertRun } from "./insert-run.ts";
import { pinSubflows } from "./pin-subflows.ts";

export interface TryNode {
  type: string;
  workspaceId: string;
  /** As a workflow's `node_config`; texts in it are what they are, never references. */
  config: Record<string, unknown>;
  inputs: Record<string, unknown>;
  /** Longest time of the run. */
  timeoutSeconds?: number | undefined;
  /** To be shown. */
  startedBy: RunStarter;
}

/** The id of the only node, and what is before an input's name in the run's input. */
const nodeId = "node";

/**
 * Starts a run of one node alone, with these inputs and this configuration: queued, executed, journaled and told of as
 * any other.
 *
 * @throws NoxusError `not_found`, `invalid_request`, `workflow_…` with `fields` named `inputs.…` and `config.…`.
 */
export async function tryNode(
  trial: TryNode,
  { database, registry: read }: Pick<PlatformDependencies, "database" | "registry">,
): Promise<RunRow> {
  const { type, workspaceId, config, inputs, timeoutSeconds, startedBy } = trial;
  const registry = await read();
  const node = registry.find(type);
  if (!node)
    throw new NoxusError(
      "not_found",
      `There is no node of type "${type}".${suggestion(type, registry.types())}`,
    );
  refuseSenseless(node, inputs);
  const name = node.definition.title ?? type;
  const definition = { nodes: [{ id: nodeId, type, name, node_config: config }], edges: [] };
  const input = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`${nodeId}::${name}`, value]),
  );
  inWordsOfTheTrial(() => bindRunInputs(parseWorkflow(definition, registry, { missing: false }), input));
  const row = await insertRun(database.db, {
    workspaceId,
    workflowId: await ensureTrialWorkflow(database.db, workspaceId),
    workflowVersionId: null,
    ...{ definition, input, timeoutSeconds, startedBy },
    subflows: await pinSubflows(database.db, workspaceId, definition),
  });
  database.hints.tell(runQueuedChannel);
  return row;
}

/** The type of the node that a run tried alone; null of a workflow's run. */
export function triedNode({ workflowId, workspaceId, definition }: RunRow): string | null {
  if (workflowId !== trialWorkflowId(workspaceId)) return null;
  const [node] = definition.nodes as { type: string }[];
  return node?.type ?? null;
}

function refuseSenseless({ definition, role }: RegisteredNode, inputs: Record<string, unknown>): void {
  if (role === "input" || role === "output" || definition.type === LOOP_NODE_TYPE)
    throw new NoxusError(
      "invalid_request",
      `A node of type "${definition.type}" does nothing alone. Run the workflow that it is in.`,
    );
  const names = definition.inputs.map(({ name }) => name);
  const unknown = Object.keys(inputs).filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  const fields = unknown.map((name) => ({
    path: `inputs.${name}`,
    message: `The node has no input "${name}".${suggestion(name, names, "Its inputs are")}`,
  }));
  throw new NoxusError("invalid_request", fields.map(({ message }) => message).join(" "), { fields });
}

/** The one-node workflow is ours; who tries a node named inputs and configuration. */
function inWordsOfTheTrial(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!isNoxusError(error)) throw error;
    const fields = error.fields?.map(({ path, message }) => ({
      path: path.replace(/^nodes\[0\]\.(?:node_)?(config|inputs)\./, "$1."),
      message: message
        .replace(` (${nodeId})`, "")
        .replace(", but nothing is connected to it and it has no value", ""),
    }));
    const text = fields?.map(({ message }) => message).join(" ") ?? error.message;
    throw new NoxusError(error.code, text, { cause: error, ...(fields && { fields }) });
  }
}
