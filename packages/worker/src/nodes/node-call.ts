import type { CallProgress, NodeWait } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";

/** What a node's code is given for one call. */
export interface NodeCall {
  node: GraphNode;
  /** By connector; a variable connector's value is an object of its keys. Inputs without a value are left out. */
  inputs: Record<string, unknown>;
  config: Record<string, unknown>;
  run: RunIdentity;
  /** Where in the run: the node's id, with the item's position and the way through sub-workflows. */
  place: string;
  /** `run:node:attempt`, with the item's place where a list is mapped over the node. */
  idempotencyKey: string;
  /** From 1; those of an earlier life of the run count. */
  attempt: number;
  /** Waits while the node's own limit of time stands still: for what is not the node's doing. */
  pause: <T>(wait: () => Promise<T>) => Promise<T>;
  /**
   * Waits for something that comes from outside this run, for as long as it takes: a run in which everything waits is
   * taken from its worker, and the node is called again when it goes on, with what it asks for first.
   *
   * @returns what came; nothing for a time. @throws NoxusError `wait_expired` where nothing came until then.
   */
  wait: (wait: NodeWait) => Promise<NodeOutputs>;
  /** Keeps with the node run, and for later calls of the run, which release of its plugin was called. */
  noteRelease: (release: string) => void;
  /** Tells how far the call is, for who follows the run. */
  progress: (progress: CallProgress) => void;
  /** Ends the call: cancelled, out of time, or the worker stops. */
  signal: AbortSignal;
}

export interface RunIdentity {
  id: string;
  workspaceId: string;
  workflowId: string;
  /** Releases of plugins that it has called: it calls them again while they exist. */
  releases: Set<string>;
}

/** A node's outputs by name. An output that is left out is the branch not taken. */
export type NodeOutputs = Record<string, unknown>;

export type NodeExecutor = (call: NodeCall) => Promise<NodeOutputs> | NodeOutputs;
