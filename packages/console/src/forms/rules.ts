import type { ConfigField, ConfigFields } from "@noxus/contracts";
import { texts } from "../texts/texts.ts";

/** A form's values by field name; what is absent has the field's default. */
export type Values = Record<string, unknown>;

/** One field as a form shows it now. */
export interface ShownField {
  name: string;
  label: string;
  /** The display's type; by the value's type where the field says none. */
  display: string;
  /** The display with all that its type takes: values, placeholder, min, max … */
  options: Record<string, unknown>;
  type: string;
  disabled: boolean;
  required: boolean;
  /** The tab that it is under; the first one's name where the field says none. */
  tab: string;
  /** The folded part of its tab that it is in; undefined where it stands open. */
  fold: string | undefined;
  description: string | undefined;
  /** Keys that another field sets for this one (`keys_set_by`). */
  keys: string[] | undefined;
  /** Of twelve columns. */
  span: number;
  value: unknown;
}

interface Rule {
  type?: string;
  config_source?: string;
  value?: unknown;
  conds?: Rule[];
  mode?: "and" | "or";
  connector?: string;
}

/** The tab of fields that name none, as the published SDK calls it. */
const firstTab = "Configuration";

/** The fields that are visible with these values, in their order, each with what the rules make of it. */
export function shownFields(fields: ConfigFields, values: Values): ShownField[] {
  const known = withDefaults(fields, values);
  return Object.entries(fields)
    .filter(([, field]) => isVisible(field, known))
    .map(([name, field]) => shown(name, field, known));
}

/** What the rules compare with: a field that was not touched has its default. */
export function withDefaults(fields: ConfigFields, values: Values): Values {
  const defaults = Object.entries(fields).map(([name, field]) => [name, field.default ?? undefined]);
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(defaults), ...Object.fromEntries(given) };
}

function shown(name: string, field: ConfigField, values: Values): ShownField {
  const display = (field.display ?? {}) as Record<string, unknown>;
  const type = typeOf(field, values);
  return {
    name,
    label: text(display.label) ?? name,
    display: text(display.type) ?? displayOfType(type),
    options: display,
    type,
    disabled:
      display.is_disabled === true || rulesOf(field, "disabled_if").some((rule) => holds(rule, values)),
    required: field.optional === false && (field.default ?? null) === null,
    tab: text(field.tab) ?? firstTab,
    fold: text(field.accordion) ?? (field.advanced === true ? texts.form.advanced : undefined),
    description: text(display.tooltip) ?? text(field.description),
    keys: keysOf(field, values),
    span: typeof display.col_span === "number" ? Math.min(12, Math.max(1, display.col_span)) : 12,
    value: values[name],
  };
}

/** All `visible_if` rules must hold, and every group. */
function isVisible(field: ConfigField, values: Values): boolean {
  if (field.visible === false) return false;
  const rules = [...rulesOf(field, "visible_if"), ...rulesOf(field, "visible_if_group")];
  return rules.every((rule) => holds(rule, values));
}

function holds(rule: Rule, values: Values): boolean {
  if (rule.type === "visible_if_group") {
    const results = (rule.conds ?? []).map((condition) => holds(condition, values));
    return rule.mode === "or" ? results.some(Boolean) : results.every(Boolean);
  }
  return matches(values[rule.config_source ?? ""], rule.value);
}

/** A list of wanted values means any of them; nothing, empty and null are the same. */
function matches(value: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted) && !Array.isArray(value)) return wanted.some((one) => matches(value, one));
  if (isNothing(wanted)) return isNothing(value);
  if (typeof wanted === "boolean") return (value ?? false) === wanted;
  return JSON.stringify(value) === JSON.stringify(wanted);
}

const isNothing = (value: unknown) => value === undefined || value === null || value === "";

function typeOf(field: ConfigField, values: Values): string {
  const [rule] = [...rulesOf(field, "type_set_by"), ...rulesOf(field, "type_and_keys_set_by")];
  const source = rule && values[rule.config_source ?? ""];
  const set = typeof source === "object" ? text((source as { type?: unknown } | null)?.type) : text(source);
  return set ?? field.type ?? "str";
}

function keysOf(field: ConfigField, values: Values): string[] | undefined {
  const [rule] = [...rulesOf(field, "keys_set_by"), ...rulesOf(field, "type_and_keys_set_by")];
  if (!rule) return undefined;
  return namesIn(values[rule.config_source ?? ""]);
}

/** Names as the several displays write them: a list of texts, of entries with a name or key, or an object's keys. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((entry) => {
      if (typeof entry === "string") return [entry];
      const { name, key, label } = (entry ?? {}) as Record<string, unknown>;
      return text(name) ?? text(key) ?? text(label) ?? [];
    });
  const keys = (value as { keys?: unknown } | null)?.keys;
  if (Array.isArray(keys)) return namesIn(keys);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

/** What a node's connectors become by the values of its form: `sets_connector_type`, `…_keys`, `…_type_and_keys`. */
export function connectorChanges(
  fields: ConfigFields,
  values: Values,
): Record<string, { type?: string; keys?: string[] }> {
  const known = withDefaults(fields, values);
  const changes: Record<string, { type?: string; keys?: string[] }> = {};
  for (const [name, field] of Object.entries(fields))
    for (const { type = "", connector } of rulesOf(field)) {
      if (!connector || !type.startsWith("sets_connector_")) continue;
      const set = typeOrKeys(type, known[name]);
      changes[connector] = { ...changes[connector], ...set };
    }
  return changes;
}

function typeOrKeys(rule: string, value: unknown): { type?: string; keys?: string[] } {
  const named = typeof value === "object" ? text((value as { type?: unknown } | null)?.type) : text(value);
  return {
    ...(rule.includes("type") && named !== undefined && { type: named }),
    ...(rule.includes("keys") && { keys: namesIn(value) }),
  };
}

function rulesOf(field: ConfigField, type?: string): Rule[] {
  const rules = (field.rules ?? []) as Rule[];
  return type === undefined ? rules : rules.filter((rule) => rule.type === type);
}

const displays: Record<string, string> = {
  bool: "toggle",
  boolean: "toggle",
  int: "number",
  integer: "number",
  float: "number",
  number: "number",
  File: "file",
  Image: "file",
  Audio: "file",
  dict: "json",
  list: "json",
};

function displayOfType(type: string): string {
  return displays[type] ?? "text";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
