import type { ConfigProblem } from "../errors/config-error.ts";
import type { Field, WireType } from "./field.ts";

/** A value as the field wants it, or why it is refused. */
export type Coerced = { value: unknown } | { problems: ConfigProblem[] };
type Refusal = readonly [type: string, msg: string];

/** As lenient as the published SDK: "5" is a number, "yes" is true; text is text only. */
export function coerceField(name: string, field: Field<unknown>, input: unknown): Coerced {
  if (input === null && field.optional) return { value: undefined };
  const coerced = coerce(field.type, input, [name]);
  if ("problems" in coerced) return coerced;
  if (!Array.isArray(coerced.value)) return chosen(field, coerced.value, [name]);
  return coerceElements(field, coerced.value, name);
}

function coerceElements(field: Field<unknown>, values: unknown[], name: string): Coerced {
  if (!field.element) return { value: values };
  const problems: ConfigProblem[] = [];
  const value = values.map((element, index) => {
    const loc = [name, index];
    const coerced = coerce(field.element ?? "Any", element, loc);
    const accepted = "problems" in coerced ? coerced : chosen(field, coerced.value, loc);
    if ("problems" in accepted) problems.push(...accepted.problems);
    return "value" in accepted ? accepted.value : undefined;
  });
  return problems.length > 0 ? { problems } : { value };
}

function chosen({ choices }: Field<unknown>, value: unknown, loc: (string | number)[]): Coerced {
  if (!choices || choices.includes(value)) return { value };
  const words = choices.map((choice) => (typeof choice === "string" ? `'${choice}'` : String(choice)));
  const expected = words.length > 1 ? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}` : words[0];
  return { problems: [{ type: "literal_error", loc, msg: `Input should be ${expected}`, input: value }] };
}

function coerce(type: WireType, input: unknown, loc: (string | number)[]): Coerced {
  const outcome = coercers[type]?.(input) ?? { value: input };
  if (!("refused" in outcome)) return outcome;
  const [code, msg] = outcome.refused;
  return { problems: [{ type: code, loc, msg, input }] };
}

type Coercer = (input: unknown) => { value: unknown } | { refused: Refusal };

const coercers: Record<string, Coercer | undefined> = {
  str: (input) =>
    typeof input === "string" ? { value: input } : refused("string_type", "Input should be a valid string"),
  int: toInteger,
  float: toNumber,
  bool: toBoolean,
  list: (input) =>
    Array.isArray(input) ? { value: input } : refused("list_type", "Input should be a valid list"),
  dict: (input) =>
    isObject(input) ? { value: input } : refused("dict_type", "Input should be a valid dictionary"),
};

function refused(...refusal: Refusal): { refused: Refusal } {
  return { refused: refusal };
}

function toInteger(input: unknown): ReturnType<Coercer> {
  if (typeof input === "boolean") return { value: Number(input) };
  if (typeof input === "number")
    return Number.isInteger(input)
      ? { value: input }
      : refused("int_from_float", "Input should be a valid integer, got a number with a fractional part");
  if (typeof input !== "string") return refused("int_type", "Input should be a valid integer");
  return /^\s*[+-]?\d+(\.0*)?\s*$/.test(input)
    ? { value: Number(input) }
    : refused("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
}

function toNumber(input: unknown): ReturnType<Coercer> {
  if (typeof input === "boolean" || typeof input === "number") return { value: Number(input) };
  if (typeof input !== "string") return refused("float_type", "Input should be a valid number");
  return input.trim() !== "" && Number.isFinite(Number(input))
    ? { value: Number(input) }
    : refused("float_parsing", "Input should be a valid number, unable to parse string as a number");
}

const truths = ["1", "on", "t", "true", "y", "yes"];
const untruths = ["0", "off", "f", "false", "n", "no"];

function toBoolean(input: unknown): ReturnType<Coercer> {
  if (typeof input === "boolean") return { value: input };
  if (typeof input !== "number" && typeof input !== "string")
    return refused("bool_type", "Input should be a valid boolean");
  const word = String(input).toLowerCase();
  if (truths.includes(word)) return { value: true };
  if (untruths.includes(word)) return { value: false };
  return refused("bool_parsing", "Input should be a valid boolean, unable to interpret input");
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
