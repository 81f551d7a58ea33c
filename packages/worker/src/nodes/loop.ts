import { NoxusError } from "@noxus/contracts";
import { type Expression, evaluate, type GraphNode } from "@noxus/workflow";
import { type EndedNodes, outputsIn } from "../graph/ended-node.ts";
import { forEachItem } from "../graph/for-each-item.ts";
import type { NodeExecutor } from "./node-call.ts";

/** More would share one worker badly with other runs. */
const mostAtOnce = 256;

export interface LoopOptions {
  /** What a turn gives; refers to nodes inside. */
  result: Expression;
  /** Walks what is inside the loop once, and says how each node ended. */
  walkTurn: (options: {
    index: number;
    /** The loop's outputs as its inside sees them. */
    own: { item: unknown; index: number };
    node: GraphNode;
    /** An earlier attempt may have finished a part of it. */
    isAgain: boolean;
    signal: AbortSignal;
  }) => Promise<EndedNodes>;
}

/** Runs what is inside once for each item. A turn whose result did not come (the branch not taken) is left out. */
export const loop =
  ({ result, walkTurn }: LoopOptions): NodeExecutor =>
  async ({ node, inputs, config, attempt, signal }) => {
    const items = (inputs.items ?? []) as unknown[];
    const turns = await forEachItem(items, turnsAtOnce(config.concurrency), async (item, index) => {
      const ended = await walkTurn({ index, own: { item, index }, node, isAgain: attempt > 1, signal });
      return evaluate(result, outputsIn(ended));
    });
    return { results: turns.flatMap((turn) => (turn.alive ? [turn.value] : [])) };
  };

function turnsAtOnce(value: unknown): number {
  if (value === undefined || value === null || value === "") return 1;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= mostAtOnce) return number;
  throw new NoxusError(
    "node_failed",
    `A loop takes 1 to ${mostAtOnce} turns at once, not ${JSON.stringify(value)}.`,
  );
}
