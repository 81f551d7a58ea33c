import { NumberInput, type NumberInputProps } from "@mantine/core";
import { texts } from "../texts/texts.ts";
import { Unready } from "./unready.tsx";
import { useAsTyped } from "./use-as-typed.ts";

/** An input in which a number is typed: `-0.` on the way to one stays as it is, and is not sent. */
export function TypedNumber({
  value,
  onChange,
  isOptional = false,
  ...props
}: Omit<NumberInputProps, "value" | "onChange"> & {
  value: number | null;
  /** Null where it was emptied, which only an optional one can be. */
  onChange: (value: number | null) => void;
  isOptional?: boolean;
}) {
  const [typed, setTyped] = useAsTyped<string | number>(value, (number) =>
    typeof number === "number" ? number : "",
  );
  const read = (text: string | number) => (text === "" && isOptional ? null : toFinite(text));
  const change = (text: string | number) => {
    const number = read(text);
    setTyped(text, number === undefined ? value : number);
    if (number !== undefined) onChange(number);
  };
  return (
    <div>
      <NumberInput {...props} value={typed} onChange={change} />
      <Unready reason={read(typed) === undefined ? texts.form.notNumber : undefined} />
    </div>
  );
}

function toFinite(text: string | number): number | undefined {
  const number = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
