import { JsonInput } from "@mantine/core";
import { useState } from "react";
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
  /** Whether somebody tried to send it; who types on is not told of each half. */
  const [isTold, setTold] = useState(false);
  const change = (next: string) => {
    const read = readJson(next);
    const isGood = read && refuse?.(read.value) === undefined;
    setTold(false);
    setTyped(next, isGood ? read.value : value);
    if (isGood) onChange(read.value);
  };
  const read = readJson(typed);
  const refused = read && refuse?.(read.value);
  const isHalf = isTold && !read;
  return (
    <div>
      <JsonInput
        {...inputProps(props)}
        description={inputProps(props).description ?? words.asJson}
        error={isHalf ? words.notJson : (props.error ?? refused)}
        onInvalid={() => setTold(true)}
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
