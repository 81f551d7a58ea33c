import { NoxusError } from "@noxus/contracts";
import type { NodeCall, NodeExecutor } from "./node-call.ts";

export interface SubflowAddress {
  workflowId: string;
  versionId?: string;
}

export interface SubflowOptions {
  /** The definition of a workflow of this workspace; undefined where there is none. */
  load: (address: SubflowAddress) => Promise<unknown>;
  /** Walks it as a part of this run and gives its outputs. */
  walk: (options: {
    definition: unknown;
    input: Record<string, unknown>;
    prefix: string;
    /** An earlier attempt may have finished a part of it. */
    isAgain: boolean;
    signal: AbortSignal;
  }) => Promise<Record<string, unknown>>;
}

/** Runs another workflow inside this run: its nodes are journaled under this node's place. */
export const subflow =
  ({ load, walk }: SubflowOptions): NodeExecutor =>
  async (call) => {
    const address = addressOf(call);
    const definition = await load(address);
    if (!definition) throw nothingThere(address);
    const outputs = await walk({
      definition,
      input: inputOf(call),
      prefix: `${call.place}/`,
      isAgain: call.attempt > 1,
      signal: call.signal,
    });
    return { outputs };
  };

function addressOf({ node, config }: NodeCall): SubflowAddress {
  const versionId = config.workflow_version_id;
  return {
    workflowId: node.subflowId ?? String(config.workflow_id ?? ""),
    ...(typeof versionId === "string" && versionId !== "" && { versionId }),
  };
}

function nothingThere({ workflowId, versionId }: SubflowAddress): NoxusError {
  const what = versionId
    ? `workflow "${workflowId}" with a version "${versionId}"`
    : `workflow "${workflowId}"`;
  return new NoxusError("not_found", `the workspace has no ${what}.`);
}

/** An object of values, or rows of `{key | name | label, value}` as the editor writes them. */
function inputOf({ inputs }: NodeCall): Record<string, unknown> {
  const given = inputs.inputs ?? {};
  if (!Array.isArray(given)) return given as Record<string, unknown>;
  const rows = given as { key?: string; name?: string; label?: string; value?: unknown }[];
  return Object.fromEntries(rows.map(({ key, name, label, value }) => [key ?? name ?? label ?? "", value]));
}
