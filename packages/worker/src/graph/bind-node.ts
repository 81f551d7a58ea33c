import { NoxusError } from "@noxus/contracts";
import { evaluate, type GraphInput, type GraphNode } from "@noxus/workflow";
import { type EndedNodes, isAlive, outputsIn } from "./ended-node.ts";

/** What one call of a node gets. */
export interface CallValues {
  inputs: Record<string, unknown>;
  config: Record<string, unknown>;
}

/** What is to happen with a node when all that it depends on has ended. */
export type Bound =
  | { kind: "skipped" }
  | { kind: "single"; call: CallValues }
  /** A list came where the node takes single items: one call for each; `whole` is what came. */
  | { kind: "mapped"; calls: CallValues[]; whole: CallValues };

interface Slot {
  input: GraphInput;
  value: unknown;
  isMapped: boolean;
}

export interface BindOptions {
  node: GraphNode;
  ended: EndedNodes;
  /** Values that the run itself brings for inputs, by name. */
  overrides: Readonly<Record<string, unknown>>;
}

/** Gathers a node's values. @throws NoxusError `node_failed` where lists of different lengths meet. */
export function bindNode({ node, ended, overrides }: BindOptions): Bound {
  if (!isReached(node, ended)) return { kind: "skipped" };
  const slots = bindSlots(node, ended, overrides);
  if (!slots) return { kind: "skipped" };
  const config = bindConfig(node, ended);
  const whole = { inputs: toInputs(slots, ({ value }) => value), config };
  if (!slots.some(({ isMapped }) => isMapped)) return { kind: "single", call: whole };
  const calls = Array.from({ length: itemCount(node, slots) }, (_, index) => ({
    inputs: toInputs(slots, (slot) => itemOf(slot, index)),
    config,
  }));
  return { kind: "mapped", calls, whole };
}

/** Edges decide; where there are none, the references do. */
function isReached({ arrows }: GraphNode, ended: EndedNodes): boolean {
  const explicit = arrows.filter(({ implicit }) => !implicit);
  const deciding = explicit.length > 0 ? explicit : arrows;
  return deciding.length === 0 || deciding.some((arrow) => isAlive(arrow, ended));
}

/** Undefined where a required value is dead. */
function bindSlots(
  node: GraphNode,
  ended: EndedNodes,
  overrides: Readonly<Record<string, unknown>>,
): Slot[] | undefined {
  const slots: Slot[] = [];
  for (const input of node.inputs) {
    const evaluated = Object.hasOwn(overrides, input.name)
      ? { alive: true as const, value: overrides[input.name] }
      : evaluate(input.expression, outputsIn(ended));
    if (evaluated.alive) slots.push(toSlot(input, evaluated.value));
    else if (input.required) return undefined;
  }
  return slots;
}

function toSlot(input: GraphInput, value: unknown): Slot {
  if (input.mapping !== "never" && Array.isArray(value)) return { input, value, isMapped: true };
  return { input, value: asDeclared(input, value), isMapped: false };
}

/** A list connector gets a list, be it of one. */
function asDeclared({ isList }: GraphInput, value: unknown): unknown {
  return isList && !Array.isArray(value) && value !== null && value !== undefined ? [value] : value;
}

function bindConfig({ config }: GraphNode, ended: EndedNodes): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, expression] of Object.entries(config)) {
    const evaluated = evaluate(expression, outputsIn(ended));
    if (evaluated.alive) values[name] = evaluated.value;
  }
  return values;
}

function toInputs(slots: readonly Slot[], valueIn: (slot: Slot) => unknown): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const slot of slots) {
    const { name, key } = slot.input;
    if (key === undefined) inputs[name] = valueIn(slot);
    else inputs[name] = { ...(inputs[name] as object | undefined), [key]: valueIn(slot) };
  }
  return inputs;
}

/** Lists go side by side; a list of one goes with all items of the others. */
function itemCount(node: GraphNode, slots: readonly Slot[]): number {
  const mapped = slots.filter(({ isMapped }) => isMapped);
  const lengths = new Set(mapped.map(({ value }) => (value as unknown[]).length));
  if (lengths.size > 1) lengths.delete(1);
  const [length = 0] = lengths;
  if (lengths.size <= 1) return length;
  const list = mapped.map(
    ({ input, value }) => `"${input.key ?? input.name}" has ${(value as unknown[]).length}`,
  );
  throw new NoxusError(
    "node_failed",
    `Node "${node.title}" runs once for each item of its lists, but they are of different lengths: ${list.join(", ")}. Lists must be equally long, or have one item.`,
  );
}

function itemOf({ input, value, isMapped }: Slot, index: number): unknown {
  if (!isMapped) return value;
  const items = value as unknown[];
  return asDeclared(input, items.length === 1 ? items[0] : items[index]);
}
