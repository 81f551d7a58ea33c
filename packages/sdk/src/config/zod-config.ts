import { ConfigError } from "../errors/config-error.ts";
import type { Choice } from "./displays.ts";
import { type Field, type FieldMap, type FieldOptions, field } from "./field.ts";

/**
 * As much of a Zod object as is used here. Written down and not imported: a plugin without Zod must not load it, and
 * one with Zod uses its own copy.
 */
export interface ZodObjectLike {
  readonly shape: Readonly<Record<string, ZodLike>>;
  safeParse(input: unknown): { success: boolean; data?: unknown; error?: { issues: readonly ZodIssue[] } };
  readonly "~standard": {
    readonly vendor: string;
    readonly types?: { readonly output: unknown } | undefined;
  };
}
export type ZodOutput<Z> = Z extends { readonly "~standard": { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : never
  : never;

interface ZodIssue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly input?: unknown;
}

interface ZodLike {
  readonly _zod: { readonly def: object };
}

/** The members of Zod's definitions that say what a field is. */
interface Definition {
  type: string;
  innerType?: ZodLike;
  element?: ZodLike;
  entries?: Record<string, unknown>;
  values?: unknown[];
  defaultValue?: unknown;
  in?: ZodLike;
  out?: ZodLike;
}

/**
 * What `.meta()` of a field may hold beside Zod's own `title` and `description`. `field` replaces the display that
 * would be derived.
 */
export interface ZodFieldMeta extends Omit<FieldOptions<unknown, boolean>, "default" | "optional"> {
  title?: string;
  field?: Field<unknown>;
}

export function isZodObject(input: object): input is ZodObjectLike {
  return "~standard" in input && "safeParse" in input && "shape" in input;
}

/** The fields that a form shows for a Zod object, and its check in the words of a ConfigError. */
export function zodConfig(schema: ZodObjectLike): { fields: FieldMap; parse: (given: object) => unknown } {
  const fields = Object.fromEntries(
    Object.entries(schema.shape).map(([name, one]) => [name, fieldOf(name, one)]),
  );
  return { fields, parse: (given) => parseWith(schema, given) };
}

function parseWith(schema: ZodObjectLike, given: object): unknown {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const problems = (error?.issues ?? []).map(({ code = "invalid", path, message, input }) => ({
    type: code,
    loc: path.map((part) => (typeof part === "number" ? part : String(part))),
    msg: message,
    input: input ?? null,
  }));
  throw new ConfigError(problems);
}

interface Unwrapped {
  definition: Definition;
  meta: ZodFieldMeta;
  optional: boolean;
  fallback: unknown;
}

function fieldOf(name: string, schema: ZodLike): Field<unknown> {
  const { definition, meta, optional, fallback } = unwrapped(schema);
  const { field: own, title, ...others } = meta;
  const common = {
    ...others,
    label: meta.label ?? title ?? name,
    ...(fallback !== undefined && { default: fallback }),
    optional,
  };
  if (own) return { ...own, optional, ...(fallback !== undefined && { default: fallback }) };
  return derived(definition, common);
}

/** Takes optional, nullable, default and pipes off; what was said outermost counts. */
function unwrapped(schema: ZodLike): Unwrapped {
  const definition = schema._zod.def as Definition;
  const meta = metaOf(schema);
  const inner = definition.innerType ?? (definition.type === "pipe" ? definition.in : undefined);
  if (!inner) return { definition, meta, optional: false, fallback: undefined };
  const below = unwrapped(inner);
  const isDefault = definition.type === "default" || definition.type === "prefault";
  return {
    definition: below.definition,
    meta: { ...below.meta, ...meta },
    optional: below.optional || definition.type === "optional" || definition.type === "nullable",
    fallback: isDefault ? definition.defaultValue : below.fallback,
  };
}

function metaOf(schema: ZodLike): ZodFieldMeta {
  const { meta } = schema as { meta?: () => ZodFieldMeta | undefined };
  return meta?.call(schema) ?? {};
}

type Common = FieldOptions<never, boolean>;

function derived(definition: Definition, common: object): Field<unknown> {
  const options = common as Common;
  const choices = choicesOf(definition);
  if (choices) return field.select({ ...options, values: choices });
  switch (definition.type) {
    case "string":
      return field.text(options);
    case "number":
      return field.number({ ...options, type: isInteger(definition) ? "int" : "float" });
    case "boolean":
      return field.toggle(options);
    case "array":
      return listField(definition.element, options);
    default:
      return field.plain("dict", options);
  }
}

function listField(element: ZodLike | undefined, options: Common): Field<unknown> {
  const definition = element && unwrapped(element).definition;
  const choices = definition && choicesOf(definition);
  if (choices) return field.multiSelect({ ...options, values: choices });
  if (definition?.type === "string") return field.chipsListText(options);
  return field.plain("list", options);
}

function choicesOf({ type, entries, values }: Definition): Choice[] | undefined {
  if (type === "enum") return Object.values(entries ?? {}) as Choice[];
  return type === "literal" ? (values as Choice[]) : undefined;
}

/** `z.int()` says so itself; `z.number().int()` by one of its checks. */
function isInteger(definition: Definition): boolean {
  const { format, checks = [] } = definition as { format?: string; checks?: ZodLike[] };
  const formats = [format, ...checks.map((check) => (check._zod.def as { format?: string }).format)];
  return formats.some((one) => one?.includes("int"));
}
