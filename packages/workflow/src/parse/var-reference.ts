import type { Expression } from "../graph/expression.ts";

/** What `<node>.<output>` stands for, or undefined where it leads nowhere (the problem is reported by the resolver). */
export type ResolveReference = (reference: string) => Expression | undefined;

const pattern = /:var\[([^\]]+)\]/g;

/**
 * A configuration value of a V2 node with its `:var[<node>.<output>]` references. A text that is nothing but one
 * reference is the output itself, of whatever type; otherwise outputs are written into the text.
 */
export function parseValue(value: unknown, resolve: ResolveReference): Expression {
  if (typeof value === "string") return parseText(value, resolve);
  if (Array.isArray(value)) {
    const items = value.map((item) => parseValue(item, resolve));
    return items.every(isLiteral) ? { kind: "literal", value } : { kind: "array", items };
  }
  if (value !== null && typeof value === "object") {
    const entries = Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, parseValue(item, resolve)]),
    );
    return Object.values(entries).every(isLiteral) ? { kind: "literal", value } : { kind: "object", entries };
  }
  return { kind: "literal", value };
}

function parseText(text: string, resolve: ResolveReference): Expression {
  const parts: Expression[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const reference = resolve((match[1] ?? "").trim());
    if (match.index > end) parts.push({ kind: "literal", value: text.slice(end, match.index) });
    parts.push(reference ?? { kind: "literal", value: match[0] });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: "literal", value: text.slice(end) });
  const [only] = parts;
  if (only && parts.length === 1) return only;
  return parts.every(isLiteral) ? { kind: "literal", value: text } : { kind: "text", parts };
}

function isLiteral(expression: Expression): boolean {
  return expression.kind === "literal";
}
