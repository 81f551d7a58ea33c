import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

/** Long enough that a word is asked for once, short enough that nobody waits. */
const askAfterMs = 200;

/** A field that filters a list which the platform searches: what is typed is asked for when the typing pauses. */
export function SearchField({
  label,
  value,
  onSearch,
}: {
  label: string;
  value: string;
  onSearch: (words: string) => void;
}) {
  const [typed, type] = useTyped(value, onSearch);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} />}
      value={typed}
      onChange={({ currentTarget }) => type(currentTarget.value)}
    />
  );
}

/** What stands in the field: what was typed last, or what was chosen elsewhere since, as a filter that is cleared is. */
function useTyped(value: string, onSearch: (words: string) => void) {
  const [typed, setTyped] = useState(value);
  /** Asked for and not yet in the address. When one comes, more may have been typed already, which must stay. */
  const awaited = useRef<string[]>([]);
  const ask = useDebouncedCallback((words: string) => {
    if (words.trim() !== value.trim()) awaited.current.push(words.trim());
    onSearch(words);
  }, askAfterMs);
  useEffect(() => {
    const place = awaited.current.indexOf(value.trim());
    awaited.current = place === -1 ? [] : awaited.current.slice(place + 1);
    if (place === -1) setTyped(value);
  }, [value]);
  const type = (words: string) => {
    setTyped(words);
    ask(words);
  };
  return [typed, type] as const;
}
