import { ConfigError, type ConfigProblem } from "../errors/config-error.ts";
import type { Files } from "../files/files.ts";
import { coerceField, isObject } from "./coerce.ts";
import { type Field, type FieldMap, type FieldValues, serializeField } from "./field.ts";
import { isZodObject, type ZodObjectLike, type ZodOutput, zodConfig } from "./zod-config.ts";

/** What a plugin, node, integration, trigger or datasource can be set to, and the check of what it is set to. */
export interface Config<Values> {
  readonly kind: "config";
  /** By name, in their order. */
  readonly fields: FieldMap;
  /** The manifest's form. */
  serialize(): Record<string, object>;
  /** The values, coerced and with defaults; throws a ConfigError that names every wrong field. */
  parse(given: Record<string, unknown>): Values;
  /** What the author's own check of a complete configuration says. */
  validate(values: Values): Verdict;
  readonly "~values"?: { values: Values };
}

/** An author's own words on a configuration: an error keeps the plugin from running, a warning does not. */
export interface Verdict {
  errors?: string[];
  warnings?: string[];
}

/** Fields made with `field`, a Zod object, or what `defineConfig` gave. */
export type ConfigInput = FieldMap | ZodObjectLike | Config<unknown>;

/** The values that `call()` gets for a configuration. */
export type ConfigValues<C> =
  C extends Config<infer Values>
    ? Values
    : C extends ZodObjectLike
      ? ZodOutput<C>
      : C extends FieldMap
        ? FieldValues<C>
        : Record<string, unknown>;

/**
 * A configuration with a name of its own, for a plugin whose nodes are typed by it, or with a check of its own.
 *
 *     const settings = defineConfig({ url: field.text({ label: "Address" }) }, ({ url }) =>
 *       url.startsWith("https:") ? {} : { errors: ["The address must begin with https:"] });
 */
export function defineConfig<const C extends FieldMap | ZodObjectLike>(
  input: C,
  validate: (values: ConfigValues<C>) => Verdict = () => ({}),
): Config<ConfigValues<C>> {
  const { fields, parse } = isZodObject(input)
    ? zodConfig(input)
    : { fields: input, parse: parseFields(input) };
  return {
    kind: "config",
    fields,
    serialize: () => serializeFields(fields),
    parse: parse as (given: Record<string, unknown>) => ConfigValues<C>,
    validate,
  };
}

/** The configuration that was declared in any of the three ways; none is an empty one. */
export function configOf(input: ConfigInput | undefined): Config<unknown> {
  if (input === undefined) return defineConfig({}) as Config<unknown>;
  if (isConfig(input)) return input;
  return defineConfig(input) as Config<unknown>;
}

function isConfig(input: ConfigInput): input is Config<unknown> {
  return "kind" in input && (input.kind as unknown) === "config";
}

function serializeFields(fields: FieldMap): Record<string, object> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, serializeField(name, field)]),
  );
}

function parseFields(fields: FieldMap): (given: Record<string, unknown>) => unknown {
  const entries = Object.entries(fields);
  return (given) => {
    const problems: ConfigProblem[] = [];
    const values: Record<string, unknown> = {};
    for (const [name, field] of entries) {
      const parsed = parseField(name, field, given);
      if ("problems" in parsed) problems.push(...parsed.problems);
      else values[name] = parsed.value;
    }
    if (problems.length > 0) throw new ConfigError(problems);
    return values;
  };
}

function parseField(name: string, field: Field<unknown>, given: Record<string, unknown>) {
  if (name in given) return coerceField(name, field, given[name]);
  // A copy: a call that changes its list must not change the next call's.
  if (field.default !== undefined) return { value: structuredClone(field.default) };
  if (field.optional) return { value: undefined };
  return { problems: [{ type: "missing", loc: [name], msg: "Field required", input: given }] };
}

/** Text of the form's one-line editor for what is a list: "jq, ripgrep". */
export function splitLists(fields: FieldMap, given: Record<string, unknown>): Record<string, unknown> {
  const split = { ...given };
  for (const [name, { type }] of Object.entries(fields)) {
    const value = split[name];
    if (type === "list" && typeof value === "string")
      split[name] = value
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean);
  }
  return split;
}

/** File values of a configuration become files that can be read. */
export function openFiles(fields: FieldMap, values: unknown, files: () => Files): unknown {
  if (!isObject(values)) return values;
  for (const [name, { type, element }] of Object.entries(fields)) {
    const value = values[name];
    if (type === "File" && isObject(value)) values[name] = files().open(value);
    if (element === "File" && Array.isArray(value))
      values[name] = value.map((one) => (isObject(one) ? files().open(one) : one));
  }
  return values;
}
