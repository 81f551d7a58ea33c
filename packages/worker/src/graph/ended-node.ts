import type { Arrow, OutputsOf } from "@noxus/workflow";
import type { NodeOutputs } from "../nodes/node-call.ts";

/** How a node ended, as far as those that depend on it care. */
export type EndedNode =
  | { status: "completed"; outputs: NodeOutputs }
  /** Its error went to its `on_error` output, which is all that `outputs` holds. */
  | { status: "failed"; outputs: NodeOutputs }
  | { status: "skipped" };

export type EndedNodes = ReadonlyMap<string, EndedNode>;

export const outputsIn =
  (ended: EndedNodes): OutputsOf =>
  (id) => {
    const node = ended.get(id);
    return node && "outputs" in node ? node.outputs : undefined;
  };

/** Whether the run went along this arrow. */
export function isAlive({ from, path }: Arrow, ended: EndedNodes): boolean {
  const node = ended.get(from);
  if (!node || node.status === "skipped") return false;
  if (path === undefined) return node.status === "completed";
  let value: unknown = node.outputs;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}
