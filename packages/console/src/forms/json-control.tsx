import { JsonInput } from "@mantine/core";
import { texts } from "../texts/texts.ts";
import { type ControlProps, inputProps } from "./control.ts";
import { Unready } from "./unready.tsx";
import { useAsTyped } from "./use-as-typed.ts";

const words = texts.form;

/**
 * Any value, as JSON: for what has no control of its own. What is no JSON yet stays as it is typed, and keeps the form
 * from being sent; so does JSON that `refuse` says something against.
 */
export function JsonControl({
  refuse,
  ...props
}: ControlProps & { refuse?: (value: unknown) => string | undefined }) {
  const { value, onChange } = props;
  const [typed, setTyped] = useAsTyped(value, asJson);
  const change = (next: string) => {
    const read = readJson(next);
    const isGood = read && refuse?.(read.value) === undefined;
    setTyped(next, isGood ? read.value : value);
    if (isGood) onChange(read.value);
  };
  const read = readJson(typed);
  const refused = read && refuse?.(read.value);
  return (
    <div>
      <JsonInput
        {...inputProps(props)}
        description={inputProps(props).description ?? words.asJson}
        error={props.error ?? refused}
        validationError={words.notJson}
        autosize
        minRows={3}
        maxRows={16}
        classNames={{ input: "mono" }}
        value={typed}
        onChange={change}
      />
      <Unready reason={read ? refused : words.notJson} />
    </div>
  );
}

function asJson(value: unknown): string {
  return value === undefined || value === null ? "" : JSON.stringify(value, null, 2);
}

/** @returns undefined where it is no JSON; nothing at all is null */
function readJson(text: string): { value: unknown } | undefined {
  if (text.trim() === "") return { value: null };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
