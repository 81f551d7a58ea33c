import { ActionIcon, Button, FileInput, Group, Input, JsonInput, Stack, TextInput } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import { texts } from "../texts/texts.ts";
import { type ControlProps, inputProps, textOf } from "./control.ts";

const words = texts.form;

/** Any value, as JSON: for what has no control of its own. What is no JSON yet is kept as it is typed. */
export function JsonControl(props: ControlProps) {
  const { value, onChange } = props;
  const [draft, setDraft] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const change = (next: string) => {
    setDraft(next);
    if (next.trim() === "") return onChange(null);
    try {
      onChange(JSON.parse(next));
    } catch {
      // Half of a value is no value: the field keeps the last whole one, and says so below.
    }
  };
  return (
    <JsonInput
      {...inputProps(props)}
      description={inputProps(props).description ?? words.asJson}
      validationError={words.notJson}
      autosize
      minRows={3}
      maxRows={16}
      classNames={{ input: "mono" }}
      value={draft}
      onChange={change}
    />
  );
}

/** Uploads what is chosen; the value is the file's reference, as nodes take it. */
export function FileControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const many = field.display === "file_array" && field.options.can_select_multiple_files === true;
  const isList = field.display === "file_array";
  const upload = useMutation({
    mutationFn: (files: File[]) => Promise.all(files.map(uploadFile)),
    onSuccess: (references) => onChange(isList ? references : references[0]),
  });
  const current = (Array.isArray(value) ? value : [value]).filter(Boolean) as { name?: string }[];
  const placeholder = current.map(({ name }) => name ?? "").join(", ") || words.chooseFile;
  const { allowed_file_types } = field.options;
  return (
    <FileInput
      {...inputProps(props)}
      error={upload.error?.message ?? props.error}
      placeholder={placeholder}
      multiple={many as false}
      clearable
      accept={Array.isArray(allowed_file_types) ? allowed_file_types.join(",") : undefined}
      onChange={(chosen: File | File[] | null) => {
        const files = [chosen ?? []].flat();
        if (files.length === 0) onChange(null);
        else upload.mutate(files);
      }}
    />
  );
}

async function uploadFile(file: File): Promise<Record<string, unknown>> {
  const form = new FormData();
  form.set("file", file);
  const { id, uri, filename, content_type, source_type } = await request<FileRecord>("/v1/file", {
    body: form,
  });
  return { id, uri, name: filename, content_type, source_type };
}

type Rows = Record<string, unknown>[];

/** A list of small objects with the same keys (`config_dict_list` and its kin): a row each. */
export function RowsControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const keys = keysOfRows(field.options.keys);
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
            <RemoveRow index={index} onRemove={() => onChange(rows.filter((_, at) => at !== index))} />
          </Group>
        ))}
        <AddRow onAdd={() => onChange([...rows, Object.fromEntries(keys.map(({ key }) => [key, ""]))])} />
      </Stack>
    </Input.Wrapper>
  );
}

function keysOfRows(keys: unknown): { key: string; label: string; placeholder?: string }[] {
  if (!Array.isArray(keys))
    return [
      { key: "key", label: words.key },
      { key: "value", label: words.value },
    ];
  return keys.map((entry) => {
    if (typeof entry === "string") return { key: entry, label: entry };
    const { label = "", placeholder } = entry as { label?: string; placeholder?: string };
    return { key: label, label, placeholder };
  });
}

/** An object of texts (`config_dict` and its kin): a row for each key. */
export function DictControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const { key_label, value_label, value_placeholder, required_keys } = field.options;
  const fixed = Array.isArray(required_keys) ? required_keys.map(String) : (field.keys ?? []);
  const given = value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
  const entries = Object.entries({ ...Object.fromEntries(fixed.map((key) => [key, ""])), ...given });
  const { label, description, error, required } = inputProps(props);
  const set = (index: number, entry: [string, unknown]) =>
    onChange(Object.fromEntries(entries.map((old, at) => (at === index ? entry : old))));
  return (
    <Input.Wrapper label={label} description={description} error={error} required={required}>
      <Stack gap={4} mt={4}>
        {entries.map(([key, text], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a key changes while it is typed
          <Group key={index} gap={4} wrap="nowrap">
            <TextInput
              flex={1}
              aria-label={`${textOf(key_label) || words.key} ${index + 1}`}
              value={key}
              disabled={field.disabled || fixed.includes(key)}
              onChange={({ currentTarget }) => set(index, [currentTarget.value, text])}
            />
            <TextInput
              flex={2}
              aria-label={`${textOf(value_label) || words.value} ${index + 1}`}
              placeholder={textOf(value_placeholder)}
              value={textOf(text)}
              disabled={field.disabled}
              onChange={({ currentTarget }) => set(index, [key, currentTarget.value])}
            />
            <RemoveRow
              index={index}
              onRemove={() => onChange(Object.fromEntries(entries.filter((_, at) => at !== index)))}
            />
          </Group>
        ))}
        <AddRow
          onAdd={() => onChange(Object.fromEntries([...entries, [freeKey(entries, field.options), ""]]))}
        />
      </Stack>
    </Input.Wrapper>
  );
}

function freeKey(entries: [string, unknown][], { key_prefix }: Record<string, unknown>): string {
  const prefix = typeof key_prefix === "string" && key_prefix !== "" ? key_prefix : words.key.toLowerCase();
  const taken = new Set(entries.map(([key]) => key));
  let number = entries.length + 1;
  while (taken.has(`${prefix}${number}`)) number += 1;
  return `${prefix}${number}`;
}

function RemoveRow({ index, onRemove }: { index: number; onRemove: () => void }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`${words.removeRow} ${index + 1}`}
      onClick={onRemove}
    >
      <IconX size={16} />
    </ActionIcon>
  );
}

function AddRow({ onAdd }: { onAdd: () => void }) {
  return (
    <Button
      variant="subtle"
      size="xs"
      leftSection={<IconPlus size={14} />}
      onClick={onAdd}
      style={{ alignSelf: "start" }}
    >
      {words.addRow}
    </Button>
  );
}
