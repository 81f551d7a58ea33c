import { conditionOperators } from "@noxus/contracts";
import { createRegistry, parseWorkflow } from "@noxus/workflow";
import { afterAll, expect, test } from "vitest";
import { createGuardedAgent } from "../outbound/guarded-agent.ts";
import { isPrivateAddress } from "../outbound/private-addresses.ts";
import { builtInExecutors } from "./built-in.ts";
import { JsonataEvaluator } from "./jsonata-evaluator.ts";

const evaluator = new JsonataEvaluator({ timeoutMs: 500 });
const executors = builtInExecutors({
  evaluator,
  http: { dispatcher: createGuardedAgent({ allowPrivate: false }), maxBytes: 1_000 },
});
afterAll(() => evaluator.stop());

/** Calls a node as the walk does. */
async function call(type: string, inputs: Record<string, unknown>, config: Record<string, unknown> = {}) {
  const definition = { nodes: [{ id: "n", type }], edges: [] };
  const node = parseWorkflow(definition, createRegistry([]), { missing: false }).nodes.get("n");
  const run = { id: "run", workspaceId: "workspace", workflowId: "workflow", releases: new Set<string>() };
  const signal = AbortSignal.timeout(10_000);
  if (!node) throw new Error("no node");
  return executors.get(type)?.({
    node,
    inputs,
    config,
    run,
    place: "n",
    attempt: 1,
    idempotencyKey: "run:n:1",
    pause: (wait) => wait(),
    progress: () => {},
    noteRelease: () => {},
    wait: () => Promise.reject(new Error("Nothing here waits.")),
    signal,
  });
}

test.each([
  ["equals", 3, "3", true],
  ["equals", { a: [1] }, { a: [1] }, true],
  ["not_equals", "a", "b", true],
  ["contains", ["a", 3], "3", true],
  ["contains", { a: 1 }, "a", true],
  ["not_contains", "abc", "bc", false],
  ["starts_with", "abc", "ab", true],
  ["ends_with", "abc", "bc", true],
  ["greater_than", "10", 9, true],
  ["greater_than", "2026-01-02", "2026-01-01", true],
  ["greater_or_equal", 2, 2, true],
  ["less_than", 2, "x", true],
  ["less_or_equal", 3, 2, false],
  ["is_empty", [], undefined, true],
  ["is_not_empty", 0, undefined, true],
  ["is_true", "false", undefined, false],
  ["is_true", [0], undefined, true],
  ["is_false", null, undefined, true],
] as const)("%s of %j and %j is %j", async (operator, value, compare_to, expected) => {
  const outputs = await call("ConditionNode", { value }, { operator, compare_to });
  expect(outputs).toEqual({ [String(expected)]: value });
});

test("every operator that the definition offers has code; an unknown one is named with the nearest", async () => {
  for (const operator of conditionOperators)
    expect(await call("ConditionNode", { value: 1 }, { operator, compare_to: 1 })).toBeDefined();
  await expect(call("ConditionNode", { value: 1 }, { operator: "equal" })).rejects.toThrow(
    /Did you mean "equals"/,
  );
});

test("lists: each item has its index, merging keeps the order, single values count as one", async () => {
  expect(await call("MapListNode", { list: ["a", "b"] }, { expression: "$ & $string($index)" })).toEqual({
    output: ["a0", "b1"],
  });
  const lists = { x: [1, 2], y: 2, z: [{ a: 1 }, { a: 1 }] };
  expect(await call("MergeListsNode", { lists })).toEqual({ output: [1, 2, 2, { a: 1 }, { a: 1 }] });
  expect(await call("MergeListsNode", { lists }, { unique: true })).toEqual({ output: [1, 2, { a: 1 }] });
});

test("an expression that eats memory or never ends harms only itself", async () => {
  const endless = call("JsonQueryNode", { input: 1 }, { expression: "( $f := function() { $f() }; $f() )" });
  const next = call("JsonQueryNode", { input: { a: [1, 2] } }, { expression: "$sum(a)" });
  await expect(endless).rejects.toMatchObject({ code: "expression_invalid" });
  expect(await next).toEqual({ output: 3 });
  expect(await call("JsonQueryNode", { input: {} }, { expression: "nothing" })).toEqual({ output: null });
});

test("a delay takes a sensible number of seconds only", async () => {
  expect(await call("DelayNode", { input: "x" }, { seconds: 0 })).toEqual({ output: "x" });
  for (const seconds of [-1, "soon", 1e9])
    await expect(call("DelayNode", {}, { seconds })).rejects.toMatchObject({ code: "node_failed" });
});

test("addresses of this machine and its network are private, however they are written", () => {
  const own = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "fe80::1",
    "0.0.0.0",
  ];
  expect(own.filter((address) => !isPrivateAddress(address))).toEqual([]);
  expect(["1.1.1.1", "172.32.0.1", "2606:4700::1111"].filter(isPrivateAddress)).toEqual([]);
});

test.each(["ftp://x", "nonsense", "file:///etc/passwd"])("%s is no address to request", async (url) => {
  await expect(call("HttpRequestNode", { url })).rejects.toThrow(/no http/);
});
