import type { BuiltInNode } from "./built-in-node.ts";
import { inputOutputNodes } from "./input-output.ts";
import { listNodes } from "./lists.ts";
import { logicNodes } from "./logic.ts";
import { networkNodes } from "./network.ts";
import { textNodes } from "./text.ts";
import { waitNodes } from "./waits.ts";

/** Every node that needs no plugin. The platform lists them; the worker executes them. */
export const builtInNodes: readonly BuiltInNode[] = [
  ...inputOutputNodes,
  ...textNodes,
  ...logicNodes,
  ...listNodes,
  ...networkNodes,
  ...waitNodes,
];
