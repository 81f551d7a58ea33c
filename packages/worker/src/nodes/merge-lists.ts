import type { NodeExecutor } from "./node-call.ts";

/** All items of all inputs, in the order of the inputs. */
export const executeMergeLists: NodeExecutor = ({ inputs, config }) => {
  const lists = Object.values((inputs.lists ?? {}) as Record<string, unknown>);
  const items = lists.flatMap((list) => (Array.isArray(list) ? list : [list]));
  return { output: config.unique === true ? withoutRepeats(items) : items };
};

function withoutRepeats(items: readonly unknown[]): unknown[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
