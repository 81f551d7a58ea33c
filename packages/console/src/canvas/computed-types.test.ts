import type { ConfigResponse } from "@noxus/contracts";
import { expect, test } from "vitest";
import type { RegistryNode } from "../api/queries.ts";
import { answeredTypes, questionsOf } from "./computed-types.ts";
import { connect } from "./connect.ts";
import { type Definition, typeOfNode } from "./definition.ts";
import { rowsOf } from "./ports.ts";

const column = (name: string) => ({ name, definition: { data_type: "str" } });
const table = {
  type: "Table",
  plugin_id: "1",
  config_endpoint: "/nodes/Table/config",
  config: { columns: { type: "list" } },
  inputs: [],
  outputs: [column("rows")],
} as unknown as RegistryNode;
const declared = new Map([[table.type, table]]);
const node = (id: string, columns: string[]) => ({
  id,
  type: "Table",
  node_config: { columns, __var_keys: {} },
});
const definition: Definition = { nodes: [node("a", ["x"]), node("b", ["x"]), node("c", [])], edges: [] };
const answer = (...names: string[]) =>
  ({ inputs: [], outputs: names.map(column) }) as unknown as ConfigResponse;

test("nodes that are alike are asked about once, by their own values alone", () => {
  const questions = questionsOf(definition, declared);
  expect(questions.map(({ asked, nodes }) => [asked, nodes])).toEqual([
    ['{"columns":["x"]}', ["a", "b"]],
    ['{"columns":[]}', ["c"]],
  ]);
  expect(questionsOf(definition, new Map([["Table", { ...table, config: {} }]]))).toEqual([]);
});

test("a node has the connectors that its plugin computes for it, and keeps them until there is another answer", () => {
  const questions = questionsOf(definition, declared);
  const first = answeredTypes(new Map(), questions, [answer("rows", "x"), answer("rows")]);
  expect([...first.keys()]).toEqual(["#a", "#b"]);
  const types = new Map([...declared, ...first]);
  const outputs = definition.nodes.map((one) => rowsOf(one, "outputs", types, []).map(({ label }) => label));
  expect(outputs).toEqual([["rows", "x"], ["rows", "x"], ["rows"]]);
  for (const same of [
    [undefined, undefined],
    [answer("rows", "x"), answer("rows")],
  ])
    expect(answeredTypes(first, questions, same)).toBe(first);
  expect(answeredTypes(first, questions, [answer("rows"), undefined]).size).toBe(0);
  expect(typeOfNode(node("d", []), types)).toBe(table);
});

test("a computed connector is written into its node as soon as a line begins there, once; a declared one is not", () => {
  const types = new Map([
    ...declared,
    ...answeredTypes(new Map(), questionsOf(definition, declared), [answer("rows", "x"), undefined]),
  ]);
  const to = { node: "c", connector: "in" };
  const once = connect(definition, { node: "a", connector: "x" }, to, types);
  expect(once.nodes[0]?.connector_config).toEqual({ outputs: [column("x")] });
  expect(connect(once, { node: "a", connector: "x" }, to, types).nodes).toEqual(once.nodes);
  expect(connect(definition, { node: "a", connector: "rows" }, to, types).nodes).toEqual(definition.nodes);
});
