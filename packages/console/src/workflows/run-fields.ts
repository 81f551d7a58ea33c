import type { ConfigFields } from "@noxus/contracts";
import type { RunInput } from "./graph-model.ts";

/** A workflow's inputs as fields of a form, named as `name` says; by their key in a run's input unless it does. */
export function runFields(inputs: readonly RunInput[], name: "key" | "label" = "key"): ConfigFields {
  return Object.fromEntries(inputs.map((input) => [input[name], toField(input)]));
}

function toField({ label, type }: RunInput): ConfigFields[string] {
  const display = type === "str" ? { type: "big_text", label, number_of_lines: 2 } : { label };
  return { type, display };
}
