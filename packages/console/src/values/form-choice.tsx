import { SegmentedControl } from "@mantine/core";
import { texts } from "../texts/values.ts";

/** How a value is shown that can be read in two ways. */
export function FormChoice<T extends "text" | "markdown" | "table" | "tree">({
  label,
  forms,
  form,
  onChange,
}: {
  label: string;
  forms: readonly T[];
  form: T;
  onChange: (form: T) => void;
}) {
  return (
    <SegmentedControl
      size="xs"
      mb={6}
      aria-label={texts.form(label)}
      value={form}
      onChange={onChange}
      data={forms.map((value) => ({ value, label: texts.forms[value] }))}
    />
  );
}
