import type { Problem } from "./problem.ts";

interface Ordered {
  id: string;
  index: number;
  title: string;
  arrows: readonly { from: string }[];
}

/** The nodes, each after all that it depends on; and a problem that names the nodes of a cycle where there is one. */
export function inOrder<T extends Ordered>(nodes: readonly T[]): { order: T[]; problems: Problem[] } {
  // What lies outside of the loop that these are in has ended before it started.
  const ids = new Set(nodes.map(({ id }) => id));
  const here = ({ arrows }: Ordered) => arrows.map(({ from }) => from).filter((from) => ids.has(from));
  const waiting = new Map(nodes.map((node) => [node.id, new Set(here(node))]));
  const dependents = dependentsOf(nodes);
  const order: T[] = [];
  const ready = nodes.filter(({ id }) => waiting.get(id)?.size === 0);
  for (let node = ready.shift(); node; node = ready.shift()) {
    order.push(node);
    for (const dependent of dependents.get(node.id) ?? []) {
      const rest = waiting.get(dependent.id);
      rest?.delete(node.id);
      if (rest?.size === 0) ready.push(dependent);
    }
  }
  const placed = new Set(order);
  const left = nodes.filter((node) => !placed.has(node));
  return { order, problems: left.length === 0 ? [] : [cycleProblem(left)] };
}

function dependentsOf<T extends Ordered>(nodes: readonly T[]): Map<string, T[]> {
  const dependents = new Map<string, T[]>();
  for (const node of nodes)
    for (const from of new Set(node.arrows.map((arrow) => arrow.from)))
      dependents.set(from, [...(dependents.get(from) ?? []), node]);
  return dependents;
}

/** Each node that is left waits for another one that is left: going back along the arrows must meet one twice. */
function cycleProblem(left: readonly Ordered[]): Problem {
  const byId = new Map(left.map((node) => [node.id, node]));
  const way: Ordered[] = [];
  let node = left[0];
  while (node && !way.includes(node)) {
    way.push(node);
    const back = node.arrows.find(({ from }) => byId.has(from));
    node = back && byId.get(back.from);
  }
  const cycle = firstFirst(way.slice(node ? way.indexOf(node) : 0).reverse());
  const names = [...cycle, ...cycle.slice(0, 1)].map(({ title, id }) => `"${title}" (${id})`);
  return {
    code: "workflow_cycle",
    path: `nodes[${cycle[0]?.index ?? 0}]`,
    message: `These nodes wait for each other: ${names.join(" → ")}. Remove one of the connections.`,
    stage: "form",
  };
}

/** The same ring, told from its first node in the definition. */
function firstFirst(cycle: readonly Ordered[]): Ordered[] {
  const first = Math.min(...cycle.map(({ index }) => index));
  const at = cycle.findIndex(({ index }) => index === first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}
