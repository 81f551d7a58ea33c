/**
 * Where a value comes from. Both forms of workflow are parsed into these; nothing after the parser knows edges or
 * `:var[…]`.
 */
export type Expression =
  | { kind: "literal"; value: unknown }
  /** `path` is an output's name, followed by keys inside its value. */
  | { kind: "output"; node: string; path: readonly string[] }
  /** The first that is alive: branches that come together again. */
  | { kind: "first"; of: readonly Expression[] }
  /** All that are alive; those that are lists give their items. */
  | { kind: "gathered"; of: readonly Expression[] }
  /** What is dead counts as an empty text. */
  | { kind: "text"; parts: readonly Expression[] }
  | { kind: "array"; items: readonly Expression[] }
  | { kind: "object"; entries: Readonly<Record<string, Expression>> };

/** Dead: what the value would come from was skipped, or did not give this output (the branch not taken). */
export type Evaluated = { alive: true; value: unknown } | { alive: false };

/** The outputs of a node that has completed; undefined where it was skipped or failed. */
export type OutputsOf = (node: string) => Readonly<Record<string, unknown>> | undefined;

const dead: Evaluated = { alive: false };

/** The expression's value, all nodes that it refers to having ended. */
export function evaluate(expression: Expression, outputsOf: OutputsOf): Evaluated {
  switch (expression.kind) {
    case "literal":
      return { alive: true, value: expression.value };
    case "output":
      return at(outputsOf(expression.node), expression.path);
    case "first":
      return expression.of.map((one) => evaluate(one, outputsOf)).find(({ alive }) => alive) ?? dead;
    case "gathered":
      return gathered(expression.of.map((one) => evaluate(one, outputsOf)));
    case "text":
      return {
        alive: true,
        value: expression.parts.map((part) => toText(valueOr(part, outputsOf, ""))).join(""),
      };
    case "array":
      return { alive: true, value: expression.items.map((item) => valueOr(item, outputsOf, null)) };
    case "object":
      return {
        alive: true,
        value: mapValues(expression.entries, (entry) => valueOr(entry, outputsOf, null)),
      };
  }
}

/** The outputs that the expression refers to. */
export function referencesIn(expression: Expression): Extract<Expression, { kind: "output" }>[] {
  switch (expression.kind) {
    case "literal":
      return [];
    case "output":
      return [expression];
    case "first":
    case "gathered":
      return expression.of.flatMap(referencesIn);
    case "text":
      return expression.parts.flatMap(referencesIn);
    case "array":
      return expression.items.flatMap(referencesIn);
    case "object":
      return Object.values(expression.entries).flatMap(referencesIn);
  }
}

/** A value inside a text: texts as they are, nothing for null, everything else as JSON. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return JSON.stringify(value);
}

function at(outputs: Readonly<Record<string, unknown>> | undefined, path: readonly string[]): Evaluated {
  let value: unknown = outputs;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return dead;
    value = (value as Record<string, unknown>)[key];
  }
  return { alive: true, value };
}

function gathered(all: readonly Evaluated[]): Evaluated {
  const values = all.flatMap((one) => (one.alive ? [one.value] : []));
  if (values.length === 0) return dead;
  return { alive: true, value: values.flat(1) };
}

function valueOr(expression: Expression, outputsOf: OutputsOf, otherwise: unknown): unknown {
  const evaluated = evaluate(expression, outputsOf);
  return evaluated.alive ? evaluated.value : otherwise;
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => unknown) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
