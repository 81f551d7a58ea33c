import { describe, expect, test } from "vitest";
import { connectorChanges, shownFields, type Values } from "./rules.ts";

const rule = (type: string, more: Record<string, unknown>) => ({ type, ...more });
const field = (...rules: Record<string, unknown>[]) => ({ type: "str", rules });
const namesShown = (fields: Parameters<typeof shownFields>[0], values: Values = {}) =>
  shownFields(fields, values).map(({ name }) => name);

describe("a field is visible", () => {
  test("unless its definition says no", () => {
    expect(namesShown({ a: { type: "str" }, b: { type: "str", visible: false } })).toEqual(["a"]);
  });

  test("if another field has the value, be it only by default", () => {
    const fields = {
      mode: { type: "str", default: "simple" },
      more: field(rule("visible_if", { config_source: "mode", value: "full" })),
    };
    expect(namesShown(fields)).toEqual(["mode"]);
    expect(namesShown(fields, { mode: "full" })).toEqual(["mode", "more"]);
    expect(namesShown({ ...fields, mode: { type: "str", default: "full" } })).toEqual(["mode", "more"]);
  });

  test("if another field has any of several values", () => {
    const fields = { more: field(rule("visible_if", { config_source: "mode", value: ["a", "b"] })) };
    expect(namesShown(fields, { mode: "b" })).toEqual(["more"]);
    expect(namesShown(fields, { mode: "c" })).toEqual([]);
  });

  test("if all of its rules hold", () => {
    const both = field(
      rule("visible_if", { config_source: "a", value: true }),
      rule("visible_if", { config_source: "b", value: 2 }),
    );
    expect(namesShown({ both }, { a: true })).toEqual([]);
    expect(namesShown({ both }, { a: true, b: 2 })).toEqual(["both"]);
  });

  test("by groups, one of all and one of any, one inside the other", () => {
    const is = (config_source: string) => rule("visible_if", { config_source, value: true });
    const any = rule("visible_if_group", { mode: "or", conds: [is("b"), is("c")] });
    const fields = { x: field(rule("visible_if_group", { mode: "and", conds: [is("a"), any] })) };
    expect(namesShown(fields, { a: true })).toEqual([]);
    expect(namesShown(fields, { a: true, c: true })).toEqual(["x"]);
    expect(namesShown(fields, { b: true, c: true })).toEqual([]);
  });

  test("where nothing is asked for: empty, null and absent are the same, and an untouched switch is off", () => {
    const nothing = { x: field(rule("visible_if", { config_source: "a", value: null })) };
    for (const a of [undefined, null, ""]) expect(namesShown(nothing, { a })).toEqual(["x"]);
    expect(namesShown(nothing, { a: 0 })).toEqual([]);
    expect(namesShown({ x: field(rule("visible_if", { config_source: "a", value: false })) })).toEqual(["x"]);
  });
});

describe("a field", () => {
  const [only] = [
    (fields: Parameters<typeof shownFields>[0], values: Values = {}) => shownFields(fields, values)[0],
  ];

  test("is disabled by a rule or by its display", () => {
    const fields = { x: field(rule("disabled_if", { config_source: "locked", value: true })) };
    expect(only(fields)?.disabled).toBe(false);
    expect(only(fields, { locked: true })?.disabled).toBe(true);
    expect(only({ x: { display: { type: "text", is_disabled: true } } })?.disabled).toBe(true);
  });

  test("takes its type, and with it its control, from another one", () => {
    const fields = { x: { type: "str", rules: [rule("type_set_by", { config_source: "kind" })] } };
    expect(only(fields)).toMatchObject({ type: "str", display: "text" });
    expect(only(fields, { kind: "bool" })).toMatchObject({ type: "bool", display: "toggle" });
  });

  test("takes its keys from another one, however that one writes them", () => {
    const fields = { x: field(rule("keys_set_by", { config_source: "names" })) };
    for (const names of [["a", "b"], [{ name: "a" }, { key: "b" }], { a: 1, b: 2 }, { keys: ["a", "b"] }])
      expect(only(fields, { names })?.keys).toEqual(["a", "b"]);
    expect(only(fields)?.keys).toEqual([]);
    expect(only({ x: field() })?.keys).toBeUndefined();
  });

  test("takes type and keys together", () => {
    const fields = { x: field(rule("type_and_keys_set_by", { config_source: "shape" })) };
    const shape = { type: "dict", keys: ["a"] };
    expect(only(fields, { shape })).toMatchObject({ type: "dict", keys: ["a"] });
  });

  test("is required where it must be there and has no default", () => {
    expect(only({ x: { optional: false } })?.required).toBe(true);
    expect(only({ x: { optional: false, default: "y" } })?.required).toBe(false);
    expect(only({ x: {} })?.required).toBe(false);
  });

  test("shows the value that was given, else its default, and its name where it has no label", () => {
    expect(only({ x: { default: 3 } })).toMatchObject({ value: 3, label: "x" });
    expect(only({ x: { default: 3, display: { label: "Count" } } }, { x: 4 })).toMatchObject({
      value: 4,
      label: "Count",
    });
  });
});

test("a form sets the types and keys of its node's connectors", () => {
  const fields = {
    kind: { ...field(rule("sets_connector_type", { connector: "in" })), default: "str" },
    names: field(rule("sets_connector_keys", { connector: "out" })),
    both: field(rule("sets_connector_type_and_keys", { connector: "both" })),
    plain: field(rule("visible_if", { config_source: "kind", value: "str" })),
  };
  expect(connectorChanges(fields, { names: ["a"], both: { type: "dict", keys: ["k"] } })).toEqual({
    in: { type: "str" },
    out: { keys: ["a"] },
    both: { type: "dict", keys: ["k"] },
  });
});

test("a field says its tab and its fold; advanced ones without a fold share one", () => {
  const fields = {
    a: { type: "str" },
    b: { type: "str", tab: "Model", accordion: "Limits" },
    c: { type: "str", advanced: true },
    d: { type: "str", advanced: true, accordion: "Limits" },
  };
  expect(shownFields(fields, {}).map(({ tab, fold }) => [tab, fold])).toEqual([
    ["Configuration", undefined],
    ["Model", "Limits"],
    ["Configuration", "Advanced"],
    ["Configuration", "Limits"],
  ]);
});
