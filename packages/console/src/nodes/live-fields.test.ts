import { expect, test } from "vitest";
import { fieldsOf } from "./live-fields.ts";

const declared = { country: { type: "str" }, city: { type: "str", display: { type: "select", values: [] } } };
const answer = (config: object, config_values: object) => ({
  config: config as typeof declared,
  config_values: config_values as Record<string, unknown>,
  inputs: [],
  outputs: [],
  details: [],
  ready: true,
});

test("lists of choices among the answered values are the choices of their fields", () => {
  const choices = [{ value: "Porto", label: "Porto" }];
  expect(fieldsOf(declared, answer(declared, { city: choices, country: "pt" }), {})).toEqual({
    country: { type: "str" },
    city: { type: "str", display: { type: "select", values: choices } },
  });
  expect(fieldsOf(declared, answer(declared, { city: [] }), {}).city?.display).toMatchObject({ values: [] });
  expect(fieldsOf(declared, answer(declared, { country: [] }), { country: [] }).country).toEqual({
    type: "str",
  });
});

test("a field that is answered takes the declared one's place, one that is left out stays, one that is new comes", () => {
  const config = { city: { type: "str", visible: false }, district: { type: "str" } };
  expect(fieldsOf(declared, answer(config, { district: ["a"] }), {})).toEqual({
    country: { type: "str" },
    city: { type: "str", visible: false },
    district: { type: "str" },
  });
});
