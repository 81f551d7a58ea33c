import type { DefinitionNode } from "./definition.ts";

const pattern = /:var\[([^\]]+)\]/g;
const whole = /^:var\[([^\]]+)\]$/;

/** A reference `<node>.<output>` taken apart; node ids may hold dots, so the longest id that fits wins. */
export function parseReference(
  reference: string,
  ids: ReadonlySet<string>,
): { node: string; output: string } | undefined {
  const text = reference.trim();
  if (ids.has(text)) return { node: text, output: "output" };
  for (let end = text.lastIndexOf("."); end > 0; end = text.lastIndexOf(".", end - 1))
    if (ids.has(text.slice(0, end))) return { node: text.slice(0, end), output: text.slice(end + 1) };
  return undefined;
}

/** What a configuration value refers to where it is nothing but one reference. */
export function wholeReference(value: unknown): string | undefined {
  return typeof value === "string" ? whole.exec(value)?.[1] : undefined;
}

/** Every reference of a node: its bindings, and those anywhere inside its configuration. */
export function referencesOf(node: DefinitionNode): string[] {
  const bound = Object.values(node.variable_bindings ?? {}).flatMap((value) =>
    [value].flat().flatMap((one) => (typeof one === "string" ? [one] : [])),
  );
  const written = [...JSON.stringify(node.node_config ?? {}).matchAll(pattern)].map(
    (match) => match[1] ?? "",
  );
  return [...bound.map((text) => wholeReference(text) ?? text), ...written];
}

/**
 * A value with what its references stand for, as a run would put it in; undefined where it is nothing but one whose value
 * is not known. Inside a text such a one stays.
 */
export function withoutReferences(value: unknown, lookUp: (reference: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutReferences(one, lookUp));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, withoutReferences(one, lookUp)]),
    );
  if (typeof value !== "string") return value;
  const only = wholeReference(value);
  if (only !== undefined) return lookUp(only);
  return value.replaceAll(pattern, (text, reference: string) => textOf(lookUp(reference)) ?? text);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
