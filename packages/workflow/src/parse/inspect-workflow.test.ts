import { manifestSchema } from "@noxus/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRegistry } from "../registry/registry.ts";
import { inspectWorkflow, parseWorkflow } from "./inspect-workflow.ts";

const str = { data_type: "str", is_list: false };
const input = (name: string, optional = false) => ({ name, label: name, definition: str, optional });
const manifest = manifestSchema.parse({
  name: "text-tools",
  version: "1.0.0",
  nodes: [{ type: "SlugNode", title: "Slug", inputs: [input("text")], outputs: [input("slug")] }],
  nodes_v2: [{ type: "SlugV2", title: "Slug", inputs: [input("text")], outputs: [input("slug")] }],
});
const registry = createRegistry([{ id: "p", name: "text-tools", manifest }]);

const node = (id: string, type: string, node_config: object = {}) => ({ id, type, name: id, node_config });
const edge = (from: string, output: string, to: string, name: string, key?: string) => ({
  id: `${from}-${to}-${name}`,
  from_id: { node_id: from, connector_name: output },
  to_id: { node_id: to, connector_name: name, ...(key && { key }) },
});

const greeting = {
  nodes: [
    node("in", "InputNode", { label: "Name" }),
    node("compose", "ComposeTextNode", { template: "Hello ((Who))" }),
    node("slug", "SlugNode"),
    node("out", "OutputNode", { label: "Slug" }),
  ],
  edges: [
    edge("in", "output", "compose", "variables", "Who"),
    edge("compose", "output", "slug", "text"),
    edge("slug", "slug", "out", "input"),
  ],
};

const greetingV2 = {
  flow_version: "v2",
  nodes: [
    node("in", "InputNodeV2", { label: "Name" }),
    node("text", "CombineTextV2", { template: "Hello :var[in.output], :var[in.output]!" }),
    { ...node("slug", "SlugV2"), variable_bindings: { text: "text.output" } },
    node("out", "OutputNodeV2", { label: "Slug", value: ":var[slug.slug]" }),
  ],
  edges: [{ id: "e", source: "in", target: "text" }],
};

const codes = (definition: unknown) =>
  inspectWorkflow(definition, registry).problems.map(({ code, path }) => `${code} ${path}`);

test("edges between connectors become inputs, keys of variable connectors one input each", () => {
  const graph = parseWorkflow(greeting, registry);
  expect([...graph.nodes.keys()]).toEqual(["in", "compose", "slug", "out"]);
  expect(graph.nodes.get("compose")?.inputs).toMatchObject([
    {
      name: "variables",
      key: "Who",
      required: false,
      expression: { kind: "output", node: "in", path: ["output"] },
    },
  ]);
  expect(graph.nodes.get("slug")?.inputs).toMatchObject([{ name: "text", required: true, mapping: "auto" }]);
  expect(graph.dependents.get("compose")).toEqual(["slug"]);
});

test("references in the configuration become inputs, arrows and texts of the same graph", () => {
  const graph = parseWorkflow(greetingV2, registry);
  expect([...graph.nodes.keys()]).toEqual(["in", "text", "slug", "out"]);
  expect(graph.nodes.get("text")?.inputs[0]?.expression).toMatchObject({
    kind: "text",
    parts: [{ value: "Hello " }, { node: "in" }, { value: ", " }, { node: "in" }, { value: "!" }],
  });
  expect(graph.nodes.get("slug")?.arrows).toEqual([{ from: "text", path: ["output"], implicit: true }]);
  expect(graph.nodes.get("slug")?.registered.wiring).toBe("config");
  expect(graph.nodes.get("out")?.inputs[0]?.expression).toMatchObject({ node: "slug", path: ["slug"] });
});

test("a V1 node in a V2 workflow takes keys as <connector>__<key> and as one object", () => {
  const compose = { ...node("c", "ComposeTextNode", { template: "((A))((B))" }), variable_bindings: {} };
  const workflow = (config: object, bindings: object) => ({
    flow_version: "v2",
    nodes: [
      node("in", "InputNodeV2", { label: "x" }),
      {
        ...compose,
        node_config: { ...compose.node_config, __var_keys: { variables: ["A"] }, ...config },
        variable_bindings: bindings,
      },
    ],
    edges: [],
  });
  const bound = parseWorkflow(workflow({}, { variables__A: "in.output" }), registry).nodes.get("c");
  expect(bound?.inputs).toMatchObject([{ name: "variables", key: "A", expression: { node: "in" } }]);
  expect(Object.keys(bound?.config ?? {})).toEqual(["template"]);
  const whole = parseWorkflow(workflow({ variables: { A: ":var[in.output]", B: "b" } }, {}), registry);
  expect(whole.nodes.get("c")?.inputs.map(({ key }) => key)).toEqual(["A", "B"]);
});

test("every problem is reported at once, each with its code, place and nearest name", () => {
  const { problems } = inspectWorkflow(
    {
      nodes: [
        node("in", "InputNode"),
        node("in", "InputNode"),
        node("slug", "SlugNod"),
        node("lonely", "SlugNode"),
        node("compose", "ComposeTextNode"),
      ],
      edges: [
        edge("in", "output", "nowhere", "text"),
        edge("in", "outptu", "compose", "variables", "A"),
        edge("in", "output", "compose", "variables"),
      ],
    },
    registry,
  );
  expect(problems.map(({ code, path }) => `${code} ${path}`)).toEqual([
    "workflow_invalid nodes[1].id",
    "workflow_node_unknown nodes[2].type",
    "workflow_edge_invalid edges[0].to_id.node_id",
    "workflow_edge_invalid edges[1].from_id",
    "workflow_edge_invalid edges[2].to_id",
    "workflow_input_missing nodes[3].inputs.text",
    "workflow_input_missing nodes[4].node_config.template",
  ]);
  const words = problems.map(({ message }) => message).join("\n");
  expect(words).toContain('Did you mean "SlugNode"?');
  expect(words).toContain('Did you mean "output"?');
});

test("a cycle names its nodes in order, in both forms", () => {
  const edges = [
    edge("a", "slug", "b", "text"),
    edge("b", "slug", "c", "text"),
    edge("c", "slug", "a", "text"),
  ];
  const nodes = [node("a", "SlugNode"), node("b", "SlugNode"), node("c", "SlugNode")];
  expect(() => parseWorkflow({ nodes, edges }, registry)).toThrow(
    expect.objectContaining({
      code: "workflow_cycle",
      message: expect.stringMatching(/"a" .*"b" .*"c" .*"a"/),
    }),
  );
  const self = { flow_version: "v2", nodes: [node("a", "SlugV2", { text: ":var[a.slug]" })], edges: [] };
  expect(codes(self)).toEqual(["workflow_cycle nodes[0]"]);
});

test("broken references, lost edges and loops of V2 are named where they stand", () => {
  const definition = {
    flow_version: "v2",
    nodes: [
      node("in", "InputNodeV2"),
      { ...node("a", "SlugV2", { text: ":var[inn.output]" }), parent_id: "loop" },
      node("b", "SlugV2", { text: "x :var[a.slugg]" }),
    ],
    edges: [{ source: "a", target: "z" }],
  };
  expect(codes(definition).toSorted()).toEqual([
    "workflow_edge_invalid edges[0].target",
    "workflow_edge_invalid nodes[1].node_config.text",
    "workflow_edge_invalid nodes[2].node_config.text",
    "workflow_invalid nodes[1].parent_id",
  ]);
});

test.each([null, 7, { nodes: {} }, { nodes: [{ id: 1 }], edges: [] }, { flow_version: "v2", edges: [{}] }])(
  "%j is refused as a definition, with the places that are wrong",
  (definition) => {
    const { graph, problems } = inspectWorkflow(definition, registry);
    expect(graph).toBeUndefined();
    expect(problems.length).toBeGreaterThan(0);
  },
);

/** A workflow without a cycle by construction: node i is fed by nodes before it. */
const acyclic = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((wanted) =>
    wanted.map((feeds, index) => [...new Set(index === 0 ? [] : feeds.map((n) => n % index))]),
  );

const v1Of = (feeds: number[][], order: number[]) => ({
  nodes: order.map((n) => node(`n${n}`, "ComposeTextNode", { template: "" })),
  edges: feeds.flatMap((from, to) =>
    from.map((n) => edge(`n${n}`, "output", `n${to}`, "variables", `k${n}`)),
  ),
});
const v2Of = (feeds: number[][], order: number[]) => ({
  flow_version: "v2",
  nodes: order.map((n) =>
    node(`n${n}`, "CombineTextV2", { template: (feeds[n] ?? []).map((m) => `:var[n${m}.output]`).join("+") }),
  ),
  edges: [],
});

test("any workflow without a cycle is put in an order in which feeders come first, whatever the order of its nodes", () => {
  const shuffled = acyclic.chain((feeds) =>
    fc.tuple(
      fc.constant(feeds),
      fc.shuffledSubarray([...feeds.keys()], { minLength: feeds.length }),
      fc.constantFrom(v1Of, v2Of),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([feeds, order, form]) => {
      const graph = parseWorkflow(form(feeds, order), registry);
      const place = new Map([...graph.nodes.keys()].map((id, index) => [id, index]));
      expect(graph.nodes.size).toBe(feeds.length);
      for (const [to, from] of feeds.entries())
        for (const n of from) {
          expect(place.get(`n${n}`)).toBeLessThan(place.get(`n${to}`) ?? -1);
          expect(graph.dependents.get(`n${n}`)).toContain(`n${to}`);
        }
    }),
  );
});

test("a cycle closed anywhere is found, and the nodes named form one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }), (length, tail) => {
      const ring = Array.from({ length }, (_, n) => [(n + length - 1) % length]);
      const rest = Array.from({ length: tail }, (_, n) => [length + n - 1]);
      const feeds = [...ring, ...rest];
      const { problems } = inspectWorkflow(v1Of(feeds, [...feeds.keys()]), registry);
      expect(problems.map(({ code }) => code)).toEqual(["workflow_cycle"]);
      const named = [...(problems[0]?.message ?? "").matchAll(/\(n(\d+)\)/g)].map((match) =>
        Number(match[1]),
      );
      expect(named.length).toBe(length + 1);
      for (const [index, n] of named.slice(1).entries()) expect(feeds[n]).toContain(named[index]);
    }),
  );
});

test("whatever it is given, the parser answers with problems and never throws", () => {
  const wildNode = fc.record({
    id: fc.string(),
    type: fc.constantFrom("SlugV2", "x"),
    node_config: fc.dictionary(fc.string(), fc.anything()),
  });
  const wild = fc.record({
    flow_version: fc.constantFrom("v1", "v2"),
    nodes: fc.array(fc.oneof(wildNode, fc.anything())),
    edges: fc.array(fc.anything()),
  });
  fc.assert(
    fc.property(fc.oneof(wild, fc.anything()), (definition) => {
      const { graph, problems } = inspectWorkflow(definition, registry);
      expect(graph !== undefined || problems.length > 0).toBe(true);
    }),
  );
});
