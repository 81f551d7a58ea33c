import type { File } from "../files/file.ts";
import {
  type Choice,
  camelCased,
  type DisplayLayout,
  type DisplayOptions,
  type DisplayType,
  displayTypes,
  toWireDisplay,
} from "./displays.ts";
import type { Rule } from "./rules.ts";

/** The type of a field's value as the wire names it. Others than these are passed on unchecked. */
export type WireType = "str" | "int" | "float" | "bool" | "list" | "dict" | "File" | (string & {});

/** One field of a configuration; `Value` is what `call()` gets for it. */
export interface Field<Value> {
  readonly kind: "field";
  readonly type: WireType;
  /** For lists: the type of their elements. */
  readonly element?: WireType;
  /** Only these are accepted. */
  readonly choices?: readonly unknown[];
  readonly default?: unknown;
  readonly optional: boolean;
  /** Nodes of version 2: an input, wired to another node's output. */
  readonly bindable: boolean;
  readonly description: string | null;
  readonly advanced: boolean;
  readonly tab: string;
  readonly accordion: string | null;
  readonly rules: readonly Rule[];
  readonly visible: boolean;
  /** The field's own label; without one its name stands in. */
  readonly label?: string;
  display?(name: string): Record<string, unknown>;
  /** Carries the type only. */
  readonly "~value"?: { value: Value };
}

/** What every field may be given. */
export interface FieldOptions<Value, Optional extends boolean> {
  /** Default: the field's name. */
  label?: string;
  description?: string;
  /** Used where no value comes; a field with a default is never missing. */
  default?: Value;
  /** May be left out: then `call()` gets undefined. */
  optional?: Optional;
  advanced?: boolean;
  tab?: "Configuration" | "Safety" | "Human" | "Model";
  accordion?: string;
  visible?: boolean;
  rules?: readonly Rule[];
  bindable?: boolean;
}

export type FieldMap = Readonly<Record<string, Field<unknown>>>;
export type FieldValues<F extends FieldMap> = {
  -readonly [K in keyof F]: F[K] extends Field<infer Value> ? Value : never;
};

type OrUndefined<Value, Optional> = Optional extends true ? Value | undefined : Value;
type ChoiceValue<C> = C extends { value: infer V } ? V : C;

/** The value of each display's field, and how the wire names its type. */
interface DisplayValue {
  number: number;
  number_slider: number;
  number_range_slider: number[];
  number_range: number[];
  toggle: boolean;
  toggle_button: boolean;
  file: File;
  file_array: File[];
  chips_list_text: string[];
  config_dict: Record<string, unknown>;
  config_dict_list: Record<string, unknown>[];
  config_dict_complex_list: Record<string, unknown>[];
  config_dict_complex_list_standalone: Record<string, unknown>[];
  config_dict_list_without_connector: Record<string, unknown>[];
  type_dict_array: Record<string, unknown>[];
  config_complex_condition: Record<string, unknown>;
  config_scrape_website_list: string[];
  tools_select: unknown[];
  base_tools_field: unknown[];
  knowledge_bases_field: unknown[];
  workflows_field: unknown[];
  coworkers_field: unknown[];
  actions_field: unknown[];
  model_select: string[];
  rich_text_variables_ai: Record<string, unknown>[];
  config_dynamic_select: unknown;
  gdrive_picker: unknown;
  onedrive_picker: unknown;
}
type ValueOf<T extends DisplayType> = T extends keyof DisplayValue ? DisplayValue[T] : string;

/** What is not a string on the wire. */
const wireTypes: Partial<Record<DisplayType, [WireType, WireType?]>> = {
  number: ["float"],
  number_slider: ["float"],
  number_range_slider: ["list", "float"],
  number_range: ["list", "float"],
  toggle: ["bool"],
  toggle_button: ["bool"],
  file: ["File"],
  file_array: ["list", "File"],
  multi_select: ["list", "str"],
  chips_list_text: ["list", "str"],
  config_dict: ["dict"],
  config_dict_list: ["list", "dict"],
  config_dict_complex_list: ["list", "dict"],
  config_dict_complex_list_standalone: ["list", "dict"],
  config_dict_list_without_connector: ["list", "dict"],
  type_dict_array: ["list", "dict"],
  config_complex_condition: ["dict"],
  config_scrape_website_list: ["list", "str"],
  tools_select: ["list"],
  base_tools_field: ["list"],
  knowledge_bases_field: ["list"],
  workflows_field: ["list"],
  coworkers_field: ["list"],
  actions_field: ["list"],
  model_select: ["list", "str"],
  rich_text_variables_ai: ["list", "dict"],
  config_dynamic_select: ["Any"],
  gdrive_picker: ["Any"],
  onedrive_picker: ["Any"],
};

/** For fields whose value is of another type than their display's usual one. */
interface WireOptions {
  /** The type's name on the wire, e.g. "int". */
  type?: WireType;
  /** For lists: the type of the elements. */
  element?: WireType;
}

type Options<T extends DisplayType, Value, Optional extends boolean> = FieldOptions<Value, Optional> &
  DisplayLayout &
  DisplayOptions[T] &
  WireOptions;

type Builder<T extends DisplayType> = <Optional extends boolean = false>(
  options: Options<T, ValueOf<T>, Optional>,
) => Field<OrUndefined<ValueOf<T>, Optional>>;

/** One of several; where all choices are known, others are refused. No choices: they come from `dynamicConfig`. */
type ChoiceBuilder<T extends DisplayType> = <
  const Values extends readonly Choice[],
  Optional extends boolean = false,
>(
  options: Options<T, Chosen<Values>, Optional> & { values: Values },
) => Field<OrUndefined<Chosen<Values>, Optional>>;

type ChoicesBuilder<T extends DisplayType> = <
  const Values extends readonly Choice[],
  Optional extends boolean = false,
>(
  options: Options<T, Chosen<Values>[], Optional> & { values: Values },
) => Field<OrUndefined<Chosen<Values>[], Optional>>;

type Chosen<Values extends readonly unknown[]> = Values extends readonly []
  ? string
  : ChoiceValue<Values[number]>;

type CamelCased<T extends string> = T extends `${infer Head}_${infer Rest}`
  ? `${Head}${Capitalize<CamelCased<Rest>>}`
  : T;
type ChoiceType = "select" | "select_chips" | "enum_slider";

type Builders = {
  [T in DisplayType as CamelCased<T>]: T extends "multi_select"
    ? ChoicesBuilder<T>
    : T extends ChoiceType
      ? ChoiceBuilder<T>
      : Builder<T>;
};

interface PlainValue {
  str: string;
  int: number;
  float: number;
  bool: boolean;
  list: unknown[];
  dict: Record<string, unknown>;
}

interface PlainBuilder {
  /** A field that no form shows by itself: it has a type and no display. */
  plain<T extends keyof PlainValue, Optional extends boolean = false>(
    type: T,
    options?: FieldOptions<PlainValue[T], Optional> & { element?: WireType },
  ): Field<OrUndefined<PlainValue[T], Optional>>;
}

/**
 * One builder for each display of the configuration language, named like it.
 *
 *     config: {
 *       model: field.select({ label: "Model", values: ["small", "large"], default: "small" }),
 *       limit: field.number({ label: "Limit", type: "int", optional: true }),
 *     }
 */
export const field = { plain, ...builders() } as Builders & PlainBuilder;

const choiceTypes: readonly DisplayType[] = ["select", "select_chips", "enum_slider", "multi_select"];
const unlabelled: readonly DisplayType[] = ["divider", "banner", "ui_text_display", "user_selector"];

function builders(): Record<string, unknown> {
  return Object.fromEntries(
    displayTypes.map((type) => [camelCased(type), (options: AnyOptions) => displayField(type, options)]),
  );
}

type AnyOptions = FieldOptions<unknown, boolean> & WireOptions & { values?: readonly Choice[] };

function displayField(type: DisplayType, options: AnyOptions): Field<unknown> {
  const [usual, usualElement] = wireTypes[type] ?? ["str"];
  const element = options.element ?? (options.type ? undefined : usualElement);
  const choices = choiceTypes.includes(type) ? choicesOf(options.values ?? []) : undefined;
  toWireDisplay(type, "", options);
  return {
    ...fieldOf(options.type ?? usual, element, options),
    ...(choices && { choices }),
    display: (name) => toWireDisplay(type, labelOf(type, name, options.label), options),
  };
}

function labelOf(type: DisplayType, name: string, label: string | undefined): string | null {
  if (label !== undefined) return label;
  if (type === "select_chips") return null;
  return unlabelled.includes(type) ? "" : name;
}

function choicesOf(values: readonly Choice[]): readonly unknown[] | undefined {
  if (values.length === 0) return undefined;
  return values.map((choice) => (typeof choice === "object" ? choice.value : choice));
}

function plain(type: WireType, options: AnyOptions = {}): Field<unknown> {
  return fieldOf(type, options.element, options);
}

function fieldOf(type: WireType, element: WireType | undefined, options: AnyOptions): Field<unknown> {
  return {
    kind: "field",
    type,
    ...(element && { element }),
    ...("default" in options && { default: options.default }),
    ...(options.label !== undefined && { label: options.label }),
    optional: options.optional ?? false,
    bindable: options.bindable ?? false,
    description: options.description ?? null,
    advanced: options.advanced ?? false,
    tab: options.tab ?? "Configuration",
    accordion: options.accordion ?? null,
    rules: options.rules ?? [],
    visible: options.visible ?? true,
  };
}

/** A field as it stands in a manifest. */
export function serializeField(name: string, { default: fallback = null, ...given }: Field<unknown>): object {
  const { type, description, advanced, tab, accordion, rules, visible, display } = given;
  return {
    type,
    description,
    advanced,
    tab,
    accordion,
    optional: given.optional || fallback !== null,
    default: fallback,
    rules: [...rules],
    visible,
    ...(display && { display: display(name) }),
  };
}
