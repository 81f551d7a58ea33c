import type { NodeDefinition } from "@noxus/contracts";

export type Connector = NodeDefinition["inputs"][number];

/** The output of a node that takes its failure on; any node may have it. */
export const ON_ERROR = "on_error";
