import { Group, Input, RangeSlider, Slider } from "@mantine/core";
import { texts } from "../texts/texts.ts";
import { type ControlProps, inputProps } from "./control.ts";
import { TypedNumber } from "./typed-number.tsx";

function toNumber<Fallback>(value: unknown, fallback: Fallback): number | Fallback {
  return typeof value === "number" ? value : fallback;
}

function limitsOf({ field }: ControlProps): { min: number; max: number; step: number } {
  const { min, max, step } = field.options;
  return { min: toNumber(min, 0), max: toNumber(max, 100), step: toNumber(step, 1) };
}

export function NumberControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { min, max } = field.options;
  return (
    <TypedNumber
      {...inputProps(props)}
      isOptional
      value={toNumber(value, null)}
      min={typeof min === "number" ? min : undefined}
      max={typeof max === "number" ? max : undefined}
      allowDecimal={!["int", "integer"].includes(field.type)}
      onChange={onChange}
    />
  );
}

export function SliderControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const limits = limitsOf(props);
  const current = toNumber(value, limits.min);
  const { label, description, error, required } = inputProps(props);
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required}>
      <Group wrap="nowrap" mt={4}>
        <Slider
          {...limits}
          flex={1}
          value={current}
          disabled={field.disabled}
          thumbLabel={field.label}
          onChange={onChange}
        />
        <TypedNumber
          {...limits}
          w={88}
          aria-label={field.label}
          value={current}
          disabled={field.disabled}
          onChange={onChange}
        />
      </Group>
    </Input.Wrapper>
  );
}

/** Two numbers, as sliders or as two inputs. */
export function RangeControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const limits = limitsOf(props);
  const [low, high] = Array.isArray(value) ? value : [limits.min, limits.max];
  const range: [number, number] = [toNumber(low, limits.min), toNumber(high, limits.max)];
  const { label, description, error, required } = inputProps(props);
  const [from = "", to = ""] = texts.form.range;
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required}>
      {field.display === "number_range_slider" ? (
        <RangeSlider
          {...limits}
          mt={8}
          value={range}
          disabled={field.disabled}
          thumbFromLabel={`${field.label} ${from}`}
          thumbToLabel={`${field.label} ${to}`}
          onChange={onChange}
        />
      ) : (
        <Group mt={4} wrap="nowrap">
          {range.map((bound, index) => (
            <TypedNumber
              key={index === 0 ? from : to}
              {...limits}
              aria-label={`${field.label} ${index === 0 ? from : to}`}
              value={bound}
              disabled={field.disabled}
              onChange={(number) => onChange(index === 0 ? [number, range[1]] : [range[0], number])}
            />
          ))}
        </Group>
      )}
    </Input.Wrapper>
  );
}
