import type { NodeRun } from "../api/runs.ts";

/** One call of a node, as an address names it; without item and attempt the node as a whole. */
export type ChosenCall = Pick<NodeRun, "node_id"> & Partial<Pick<NodeRun, "item" | "attempt">>;
