import { PasswordInput, TagsInput, Textarea, TextInput } from "@mantine/core";
import { texts } from "../texts/texts.ts";
import { type ControlProps, inputProps, textOf } from "./control.ts";

export function TextControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { is_textarea, number_of_lines, is_code } = field.options;
  const lines = typeof number_of_lines === "number" ? number_of_lines : 1;
  if (is_textarea === true || lines > 1) return <LongTextControl {...props} />;
  return (
    <TextInput
      {...inputProps(props)}
      classNames={{ input: is_code === true ? "mono" : "" }}
      value={textOf(value)}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

export function LongTextControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { number_of_lines, is_code } = field.options;
  return (
    <Textarea
      {...inputProps(props)}
      autosize
      minRows={typeof number_of_lines === "number" ? Math.max(2, number_of_lines) : 4}
      maxRows={20}
      classNames={{ input: is_code === true ? "mono" : "" }}
      value={templateText(value)}
      onChange={({ currentTarget: { value: text } }) =>
        onChange(/^list/i.test(field.type) ? [{ text }] : text)
      }
    />
  );
}

/** Rich texts come as parts `[{text}]`; they are written as one text, in a list where the field is one. */
function templateText(value: unknown): string {
  if (!Array.isArray(value)) return textOf(value);
  return value.map((part) => textOf((part as { text?: unknown } | null)?.text ?? part)).join("");
}

/** Never filled in from what is stored: the platform does not send it. */
export function SecretControl(props: ControlProps) {
  const { value, onChange, kept } = props;
  return (
    <PasswordInput
      {...inputProps(props)}
      required={props.field.required && !kept}
      placeholder={kept ? texts.form.secretKept : undefined}
      value={textOf(value)}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      autoComplete="off"
    />
  );
}

export function TimeControl(props: ControlProps) {
  return (
    <TextInput
      {...inputProps(props)}
      type="time"
      value={textOf(props.value)}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
    />
  );
}

export function PhoneControl(props: ControlProps) {
  return (
    <TextInput
      {...inputProps(props)}
      type="tel"
      value={textOf(props.value)}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
    />
  );
}

export function TagsControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { max_values } = field.options;
  return (
    <TagsInput
      {...inputProps(props)}
      value={Array.isArray(value) ? value.map(textOf) : []}
      maxTags={typeof max_values === "number" ? max_values : undefined}
      onChange={onChange}
    />
  );
}
