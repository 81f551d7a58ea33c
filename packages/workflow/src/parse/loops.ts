import { LOOP_NODE_TYPE } from "@noxus/contracts";
import { inOrder } from "../check/order.ts";
import type { Problem } from "../check/problem.ts";
import { type Expression, referencesIn } from "../graph/expression.ts";
import type { Arrow, Graph, GraphNode } from "../graph/graph.ts";

/** The configuration of a loop that says what each turn gives; it may refer to what is inside. */
const RESULT = "result";

/**
 * The nodes as a graph in which each loop holds its own (those whose `parent_id` names it). A loop starts when all that
 * its nodes need from outside is there; from outside, only the loop itself can be referred to.
 */
export function nestedGraph(nodes: readonly GraphNode[]): { graph: Graph; problems: Problem[] } {
  const scopes = new Scopes(nodes);
  const problems = nodes.flatMap((node) => scopeProblems(node, scopes));
  // A node of no loop that exists would be lost: the problem is reported, and the form is broken.
  const graph =
    problems.length > 0 ? { nodes: new Map(), dependents: new Map() } : graphOf(undefined, scopes, problems);
  return { graph, problems };
}

/** Which loop each node lies in. */
class Scopes {
  readonly byId: ReadonlyMap<string, GraphNode>;
  readonly #inside: ReadonlyMap<string | undefined, readonly GraphNode[]>;

  constructor(nodes: readonly GraphNode[]) {
    this.byId = new Map(nodes.map((node) => [node.id, node]));
    this.#inside = Map.groupBy(nodes, ({ parentId }) => parentId);
  }

  inside(loop: string | undefined): readonly GraphNode[] {
    return this.#inside.get(loop) ?? [];
  }

  /** The loops around a node, the innermost first; stops where they go in a circle. */
  around(id: string): string[] {
    const loops: string[] = [];
    for (let at = this.byId.get(id)?.parentId; at !== undefined && !loops.includes(at); ) {
      loops.push(at);
      at = this.byId.get(at)?.parentId;
    }
    return loops;
  }

  /** Everything inside a loop, at any depth. */
  deepInside(loop: string): GraphNode[] {
    return this.inside(loop).flatMap((node) => [node, ...this.deepInside(node.id)]);
  }
}

function graphOf(loop: string | undefined, scopes: Scopes, problems: Problem[]): Graph {
  const nodes = scopes.inside(loop).map((node) => withBody(node, scopes, problems));
  const { order, problems: cycles } = inOrder(nodes);
  problems.push(...cycles);
  return toGraph(order);
}

function toGraph(order: readonly GraphNode[]): Graph {
  const dependents = new Map<string, string[]>(order.map(({ id }) => [id, []]));
  for (const { id, arrows } of order)
    for (const from of new Set(arrows.map((arrow) => arrow.from))) dependents.get(from)?.push(id);
  return { nodes: new Map(order.map((node) => [node.id, node])), dependents };
}

function withBody(node: GraphNode, scopes: Scopes, problems: Problem[]): GraphNode {
  if (!isLoop(node)) return node;
  const { [RESULT]: result = nothing, ...config } = node.config;
  const body = { graph: graphOf(node.id, scopes, problems), result };
  return { ...node, config, body, arrows: arrowsOfLoop(node, scopes) };
}

const nothing: Expression = { kind: "literal", value: null };

/** Its own arrows, and those that lead into it from outside. */
function arrowsOfLoop(loop: GraphNode, scopes: Scopes): Arrow[] {
  const inside = scopes.deepInside(loop.id);
  const ids = new Set([loop.id, ...inside.map(({ id }) => id)]);
  const own = loop.arrows.filter(({ from }) => !ids.has(from));
  const led = new Set(inside.flatMap(({ arrows }) => arrows.map(({ from }) => from)));
  const needed = [...led].filter((from) => !ids.has(from) && !own.some((arrow) => arrow.from === from));
  // What lies further out is there before the loop around this one starts.
  const near = needed.filter((from) => scopes.byId.get(from)?.parentId === loop.parentId);
  return [...own, ...near.map((from) => ({ from, implicit: true }))];
}

function isLoop({ registered }: GraphNode): boolean {
  return registered.definition.type === LOOP_NODE_TYPE;
}

function scopeProblems(node: GraphNode, scopes: Scopes): Problem[] {
  const { parentId } = node;
  const parent = parentId === undefined ? undefined : scopes.byId.get(parentId);
  if (parentId !== undefined && (!parent || !isLoop(parent)))
    return [problem(node, "parent_id", noLoop(node, parent))];
  if (scopes.around(node.id).includes(node.id))
    return [problem(node, "parent_id", `The loop "${node.title}" lies in itself.`)];
  const { role } = node.registered;
  if (parent && (role === "input" || role === "output"))
    return [
      problem(
        node,
        "parent_id",
        `Node "${node.title}" is a run's ${role} and cannot lie in the loop "${parent.title}". Put it outside.`,
      ),
    ];
  return intoLoops(node, scopes);
}

function noLoop({ title, parentId }: GraphNode, parent: GraphNode | undefined): string {
  const what = parent
    ? `"${parent.title}" is no loop (a node of type ${LOOP_NODE_TYPE})`
    : "there is no such node";
  return `Node "${title}" is to lie in the loop "${parentId}", but ${what}.`;
}

/** What is inside a loop is different in each turn: outside, only its results are known. */
function intoLoops(node: GraphNode, scopes: Scopes): Problem[] {
  const visible = new Set<string | undefined>([
    undefined,
    ...scopes.around(node.id),
    ...(isLoop(node) ? [node.id] : []),
  ]);
  const hidden = node.arrows.filter(({ from }) => !visible.has(scopes.byId.get(from)?.parentId));
  const inConfig = isLoop(node)
    ? Object.entries(node.config).flatMap(([name, value]) => (name === RESULT ? [] : referencesIn(value)))
    : [];
  const early = inConfig.filter(({ node: from }) => scopes.byId.get(from)?.parentId === node.id);
  return [...new Set([...hidden.map(({ from }) => from), ...early.map((each) => each.node)])].map((from) => {
    const loop = scopes.byId.get(scopes.byId.get(from)?.parentId ?? "");
    const message = `Node "${node.title}" depends on "${scopes.byId.get(from)?.title}", which lies in the loop "${loop?.title}" and ends once in each turn. Take the loop's output "results".`;
    return problem(node, "node_config", message);
  });
}

function problem(node: GraphNode, field: string, message: string): Problem {
  return { code: "workflow_invalid", path: `nodes[${node.index}].${field}`, message, stage: "run" };
}
