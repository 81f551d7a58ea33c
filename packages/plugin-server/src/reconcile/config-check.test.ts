import { expect, test } from "vitest";
import { missingFields, withoutValues } from "./config-check.ts";

test("a field is missing where it is not optional, has no default, and no value came", () => {
  const fields = {
    region: { optional: false, display: { type: "text", label: "Region" } },
    note: { optional: true },
    size: { optional: false, default: 3 },
    unmarked: {},
  };
  expect(missingFields(fields, {})).toEqual(['"region" is required (Region).']);
  expect(missingFields(fields, { region: "" })).toHaveLength(1);
  expect(missingFields(fields, { region: "eu" })).toEqual([]);
});

test("the SDK's messages keep field and reason, and lose the values that they quote", () => {
  const message =
    "Validation error: 1 validation error for Configuration\nregion\n  Field required [type=missing, input_value={'api_key': 'secret'}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.14/v/missing";
  expect(withoutValues(message)).toBe(
    "Validation error: 1 validation error for Configuration\nregion\n  Field required [missing]",
  );
});
