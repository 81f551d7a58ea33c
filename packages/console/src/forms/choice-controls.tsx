import { Chip, ColorInput, Group, Input, MultiSelect, SegmentedControl, Select, Switch } from "@mantine/core";
import { texts } from "../texts/texts.ts";
import { choicesOf, keyOf } from "./choices.ts";
import { type ControlProps, inputProps, textOf } from "./control.ts";

export function SwitchControl(props: ControlProps) {
  const { label, description, disabled, error } = inputProps(props);
  const { toggle_label } = props.field.options;
  return (
    <Switch
      label={typeof toggle_label === "string" ? toggle_label : label}
      description={description}
      disabled={disabled}
      error={error}
      checked={props.value === true}
      onChange={({ currentTarget }) => props.onChange(currentTarget.checked)}
    />
  );
}

export function SelectControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const choices = choicesOf(field.options.values ?? field.options.fallback_values ?? field.keys);
  const current = value === undefined || value === null ? null : keyOf(value);
  // What is stored may be no choice any more: it stays visible until another is chosen.
  const stale = current && !choices.some((choice) => choice.value === current);
  const data = stale ? [{ value: current, label: textOf(value), raw: value }, ...choices] : choices;
  return (
    <Select
      {...inputProps(props)}
      data={data.map(({ value: key, label }) => ({ value: key, label }))}
      value={current}
      searchable={data.length > 8}
      clearable={!field.required && field.options.is_clearable === true}
      allowDeselect={false}
      onChange={(key) => onChange(key === null ? null : data.find((choice) => choice.value === key)?.raw)}
    />
  );
}

export function MultiSelectControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const choices = choicesOf(field.options.values ?? field.keys);
  const { max_options } = field.options;
  return (
    <MultiSelect
      {...inputProps(props)}
      data={choices.map(({ value: key, label }) => ({ value: key, label }))}
      value={Array.isArray(value) ? value.map(keyOf) : []}
      maxValues={typeof max_options === "number" ? max_options : undefined}
      searchable
      clearable
      onChange={(keys) =>
        onChange(keys.map((key) => choices.find((choice) => choice.value === key)?.raw ?? key))
      }
    />
  );
}

export function SegmentsControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const choices = choicesOf(field.options.values);
  const { label, description, error, required, disabled } = inputProps(props);
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required}>
      <SegmentedControl
        mt={4}
        fullWidth
        aria-label={label}
        disabled={disabled}
        data={choices.map(({ value: key, label: name }) => ({ value: key, label: name }))}
        value={value === undefined || value === null ? "" : keyOf(value)}
        onChange={(key) => onChange(choices.find((choice) => choice.value === key)?.raw)}
      />
    </Input.Wrapper>
  );
}

export function ChipsControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const choices = choicesOf(field.options.values);
  const { label, description, error, required, disabled } = inputProps(props);
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required}>
      <Group gap="xs" mt={4}>
        {choices.map(({ value: key, label: name, raw }) => (
          <Chip
            key={key}
            size="sm"
            disabled={disabled}
            checked={value !== undefined && value !== null && keyOf(value) === key}
            onChange={() => onChange(raw)}
          >
            {name}
          </Chip>
        ))}
      </Group>
    </Input.Wrapper>
  );
}

export function ColorControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { values, has_custom_color } = field.options;
  return (
    <ColorInput
      {...inputProps(props)}
      swatches={Array.isArray(values) ? values.map(String) : []}
      withPicker={has_custom_color !== false}
      eyeDropperButtonProps={{ "aria-label": texts.form.takeColour }}
      value={textOf(value)}
      onChange={onChange}
    />
  );
}
