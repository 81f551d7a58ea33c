import type { ShownField } from "./rules.ts";

/** What every control is given. */
export interface ControlProps {
  field: ShownField;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Of this field, from the plugin or the platform. */
  error: string | undefined;
  /** True where a secret is stored that is not shown. */
  kept: boolean;
}

/** What the library's inputs take of it. */
export function inputProps({ field, error }: Pick<ControlProps, "field" | "error">) {
  const { placeholder } = field.options;
  return {
    label: field.label,
    description: field.description === field.label ? undefined : field.description,
    placeholder: typeof placeholder === "string" ? placeholder : undefined,
    disabled: field.disabled,
    required: field.required,
    error,
  };
}

export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
