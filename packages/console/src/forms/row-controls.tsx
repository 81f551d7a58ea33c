import { ActionIcon, Button, Group, Input, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";
import { type ControlProps, inputProps, textOf } from "./control.ts";
import { Unready } from "./unready.tsx";
import { useAsTyped } from "./use-as-typed.ts";

const words = texts.form;

type Rows = Record<string, unknown>[];

interface Column {
  key: string;
  label: string;
  placeholder?: string | undefined;
}

/** Displays whose values are lists unless the field's type says otherwise. */
const listDisplays = ["config_dict_list", "config_dict_complex_list", "config_dict_complex_list_standalone"];

/** Small objects, or an object of texts (`config_dict`, `config_dict_list` and their kin), by what the field holds. */
export function RowsControl(props: ControlProps) {
  return holdsList(props) ? <ListControl {...props} /> : <DictControl {...props} />;
}

function holdsList({ field: { type, display }, value }: ControlProps): boolean {
  if (value !== undefined && value !== null) return Array.isArray(value);
  if (/^(list|dict)/i.test(type)) return /^list/i.test(type);
  return listDisplays.includes(display);
}

/** A list of small objects with the same keys: a row each. */
function ListControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const keys = keysOfRows(field.options);
  const rows = (Array.isArray(value) ? value : []) as Rows;
  const { label, description, error, required } = inputProps(props);
  const set = (index: number, row: Record<string, unknown>) =>
    onChange(rows.map((old, at) => (at === index ? row : old)));
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required}>
      <Stack gap={4} mt={4}>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <Group key={index} gap={4} wrap="nowrap">
            {keys.map(({ key, label: name, placeholder }) => (
              <TextInput
                key={key}
                flex={1}
                aria-label={`${name} ${index + 1}`}
                placeholder={placeholder ?? name}
                disabled={field.disabled}
                value={textOf(row[key])}
                onChange={({ currentTarget }) => set(index, { ...row, [key]: currentTarget.value })}
              />
            ))}
            <RemoveRow
              index={index}
              disabled={field.disabled}
              onRemove={() => onChange(rows.filter((_, at) => at !== index))}
            />
          </Group>
        ))}
        <AddRow
          disabled={field.disabled}
          onAdd={() => onChange([...rows, Object.fromEntries(keys.map(({ key }) => [key, ""]))])}
        />
      </Stack>
    </Input.Wrapper>
  );
}

function keysOfRows({ keys, key_label, value_label, value_placeholder }: Record<string, unknown>): Column[] {
  if (!Array.isArray(keys))
    return [
      { key: "key", label: textOf(key_label) || words.key },
      { key: "value", label: textOf(value_label) || words.value, placeholder: textOf(value_placeholder) },
    ];
  return keys.map((entry) => {
    if (typeof entry === "string") return { key: entry, label: entry };
    const { label = "", placeholder } = entry as { label?: string; placeholder?: string };
    return { key: label, label, placeholder };
  });
}

type Entry = [key: string, value: unknown];

/** An object of texts: a row for each key, which keep their order and their number whatever is typed. */
function DictControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { required_keys } = field.options;
  const fixed = Array.isArray(required_keys) ? required_keys.map(String) : (field.keys ?? []);
  const [typed, setTyped] = useAsTyped(value, entriesOf);
  const entries = withFixed(typed, fixed);
  const change = (next: Entry[]) => {
    const made = Object.fromEntries(next);
    setTyped(next, made);
    onChange(made);
  };
  const set = (index: number, entry: Entry) => change(entries.map((old, at) => (at === index ? entry : old)));
  const { label, description, error, required } = inputProps(props);
  const isTwice = new Set(entries.map(([key]) => key)).size < entries.length;
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error ?? (isTwice && words.twice)}
      required={required}
    >
      <Stack gap={4} mt={4}>
        {entries.map((entry, index) => (
          <DictRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a key changes while it is typed
            key={index}
            field={field}
            entry={entry}
            number={index + 1}
            isFixed={fixed.includes(entry[0])}
            onChange={(next) => set(index, next)}
            onRemove={() => change(entries.filter((_, at) => at !== index))}
          />
        ))}
        <AddRow
          disabled={field.disabled}
          onAdd={() => change([...entries, [freeKey(entries, field.options), ""]])}
        />
      </Stack>
      <Unready reason={isTwice ? words.twice : undefined} />
    </Input.Wrapper>
  );
}

function DictRow({
  field: { options, disabled },
  entry: [key, value],
  number,
  isFixed,
  onChange,
  onRemove,
}: {
  field: ControlProps["field"];
  entry: Entry;
  number: number;
  isFixed: boolean;
  onChange: (entry: Entry) => void;
  onRemove: () => void;
}) {
  const { key_label, value_label, value_placeholder } = options;
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        flex={1}
        aria-label={`${textOf(key_label) || words.key} ${number}`}
        value={key}
        disabled={disabled || isFixed}
        onChange={({ currentTarget }) => onChange([currentTarget.value, value])}
      />
      <TextInput
        flex={2}
        aria-label={`${textOf(value_label) || words.value} ${number}`}
        placeholder={textOf(value_placeholder)}
        value={textOf(value)}
        disabled={disabled}
        onChange={({ currentTarget }) => onChange([key, currentTarget.value])}
      />
      <RemoveRow index={number - 1} disabled={disabled} onRemove={onRemove} />
    </Group>
  );
}

function entriesOf(value: unknown): Entry[] {
  return value !== null && typeof value === "object" ? Object.entries(value) : [];
}

/** Another field may set keys at any time; those that are new to the value stand behind it, empty. */
function withFixed(entries: Entry[], fixed: readonly string[]): Entry[] {
  const known = new Set(entries.map(([key]) => key));
  return [...entries, ...fixed.filter((key) => !known.has(key)).map((key): Entry => [key, ""])];
}

function freeKey(entries: Entry[], { key_prefix }: Record<string, unknown>): string {
  const prefix = typeof key_prefix === "string" && key_prefix !== "" ? key_prefix : words.key.toLowerCase();
  const taken = new Set(entries.map(([key]) => key));
  let number = entries.length + 1;
  while (taken.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

function RemoveRow({
  index,
  disabled,
  onRemove,
}: {
  index: number;
  disabled: boolean;
  onRemove: () => void;
}) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      disabled={disabled}
      aria-label={`${words.removeRow} ${index + 1}`}
      onClick={onRemove}
    >
      <IconX size={16} />
    </ActionIcon>
  );
}

function AddRow({ disabled, onAdd }: { disabled: boolean; onAdd: () => void }) {
  return (
    <Button
      variant="subtle"
      size="xs"
      disabled={disabled}
      leftSection={<IconPlus size={14} />}
      onClick={onAdd}
      style={{ alignSelf: "start" }}
    >
      {words.addRow}
    </Button>
  );
}
