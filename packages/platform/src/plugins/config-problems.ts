import type { ConfigField, ConfigFields, FieldProblem } from "@noxus/contracts";
import { suggestion } from "@noxus/workflow";
import type { Config } from "./plugin-config.ts";

/**
 * What is wrong with these values, field by field. Only values that are there are judged: what is required and absent
 * makes the plugin `missing_config`, so that a plugin can be configured one field at a time.
 */
export function configProblems(changes: Config, fields: ConfigFields): FieldProblem[] {
  return Object.entries(changes).flatMap(([name, value]) => {
    const message = problemOf(name, value, fields);
    return message ? [{ path: `config.${name}`, message }] : [];
  });
}

/** Names of fields that must have a value and have none. */
export function missingNames(config: Config, fields: ConfigFields): string[] {
  return Object.entries(fields)
    .filter(([name, field]) => isRequired(field) && isEmpty(config[name]))
    .map(([name]) => name);
}

function problemOf(name: string, value: unknown, fields: ConfigFields): string | undefined {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  // An unknown key must be removable: a newer release of the plugin may have dropped the field.
  if (!field) return value === null ? undefined : unknownField(name, fields);
  if (isEmpty(value)) return isRequired(field) ? "is required" : undefined;
  const check = typeChecks[field.type ?? ""];
  if (!check || check.test(value)) return choiceProblem(value, field);
  return `must be ${check.expected}, not ${describe(value)}`;
}

function unknownField(name: string, fields: ConfigFields): string {
  const names = Object.keys(fields);
  if (names.length === 0) return "is no field of this plugin, which has no configuration";
  return `is no field of this plugin.${suggestion(name, names, "It has")}`;
}

const isRequired = (field: ConfigField) => field.optional === false && (field.default ?? null) === null;

/** An empty string is no value: forms send it for nothing. */
const isEmpty = (value: unknown) => value === undefined || value === null || value === "";

interface TypeCheck {
  expected: string;
  test: (value: unknown) => boolean;
}

const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const text: TypeCheck = { expected: "text", test: (value) => typeof value === "string" };
const wholeNumber: TypeCheck = { expected: "a whole number", test: Number.isInteger };
const number: TypeCheck = { expected: "a number", test: isNumber };
const truth: TypeCheck = { expected: "true or false", test: (value) => typeof value === "boolean" };
const list: TypeCheck = { expected: "a list", test: Array.isArray };
const object: TypeCheck = {
  expected: "an object",
  test: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** By the type words of the configuration language; a word that is not here is left to the plugin's own check. */
const typeChecks: Record<string, TypeCheck> = {
  str: text,
  string: text,
  int: wholeNumber,
  integer: wholeNumber,
  float: number,
  number,
  bool: truth,
  boolean: truth,
  list,
  dict: object,
  object,
};

/** Choices that a field's form offers, where the manifest names them all. */
function choiceProblem(value: unknown, { display }: ConfigField): string | undefined {
  const values = display?.type === "select" ? (display as { values?: unknown }).values : undefined;
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const choices = values.map((each: unknown) =>
    typeof each === "object" && each !== null && "value" in each ? (each as { value: unknown }).value : each,
  );
  if (choices.includes(value)) return undefined;
  return `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`;
}

/** Its kind, never the value: it may be a secret. */
function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number") return "a number";
  return (
    { string: "text", boolean: "true or false", object: "an object" }[typeof value as string] ?? typeof value
  );
}
