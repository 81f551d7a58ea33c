import { Button, Group, SegmentedControl, Stack, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import type { RegistryNode } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import type { RunRecord } from "../api/runs.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import { fieldErrors } from "../forms/field-errors.ts";
import { JsonControl } from "../forms/json-control.tsx";
import type { Values } from "../forms/rules.ts";
import { tellUnready } from "../forms/unready.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/nodes.ts";
import { inputFields } from "./input-fields.ts";
import { NodeForm } from "./node-form.tsx";
import { TryResult } from "./try-result.tsx";

/** What a trial begins with. */
export interface TrialValues {
  inputs: Values;
  config: Values;
}

/** Asks for a node's inputs and configuration, runs it alone, and shows what came of it, as often as one likes. */
export default function TryDialog({
  node,
  first,
  onClose,
}: {
  node: RegistryNode;
  first: TrialValues;
  onClose: () => void;
}) {
  const [values, setValues] = useState(first);
  const isNarrow = useMediaQuery("(max-width: 640px)");
  const start = useMutation({
    mutationFn: () => request<RunRecord>(`/v1/nodes/${encodeURIComponent(node.type)}/runs`, { body: values }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["runs", "list"] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A dialog inside a page's form is its own.
    event.stopPropagation();
    if (!tellUnready(event.currentTarget)) start.mutate();
  };
  const inputErrors = fieldErrors(start.error, Object.keys(inputFields(node.inputs)), "inputs").fields;
  const configErrors = fieldErrors(start.error, Object.keys(node.config)).fields;
  const isTold = Object.keys({ ...inputErrors, ...configErrors }).length > 0;
  return (
    <Dialog
      onClose={onClose}
      title={texts.title(node.title ?? node.type)}
      size="xl"
      className="trial"
      fullScreen={isNarrow}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <p className="soft trial-hint">{texts.hint}</p>
          <Inputs
            node={node}
            values={values.inputs}
            errors={inputErrors}
            onChange={(inputs) => setValues((before) => ({ ...before, inputs }))}
          />
          {Object.keys(node.config).length > 0 && (
            <section>
              <Title order={3} mb="xs">
                {texts.configuration}
              </Title>
              <NodeForm
                node={node}
                values={values.config}
                errors={configErrors}
                onChange={(name, value) =>
                  setValues((before) => ({ ...before, config: { ...before.config, [name]: value } }))
                }
              />
            </section>
          )}
          {start.error && !isTold && <Notice tone="bad" title={start.error.message} />}
          <Group justify="flex-end">
            <Button type="submit" leftSection={<IconPlayerPlay size={16} />} loading={start.isPending}>
              {start.data ? texts.again : texts.run}
            </Button>
          </Group>
        </Stack>
      </form>
      {start.data && <TryResult key={start.data.id} runId={start.data.id} node={node} />}
    </Dialog>
  );
}

function Inputs({
  node,
  values,
  errors,
  onChange,
}: {
  node: RegistryNode;
  values: Values;
  errors: Record<string, string>;
  onChange: (values: Values) => void;
}) {
  const [form, setForm] = useState<"form" | "json">("form");
  if (node.inputs.length === 0) return <p className="soft trial-hint">{texts.noInputs}</p>;
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={3}>{texts.inputs}</Title>
        <SegmentedControl
          size="xs"
          aria-label={texts.inputs}
          value={form}
          onChange={(value) => setForm(value as typeof form)}
          data={[
            { value: "form", label: texts.asForm },
            { value: "json", label: texts.asJson },
          ]}
        />
      </Group>
      {form === "form" ? (
        <ConfigForm
          fields={inputFields(node.inputs)}
          values={values}
          errors={errors}
          onChange={(name, value) => onChange({ ...values, [name]: value })}
        />
      ) : (
        <JsonInputs values={values} error={Object.values(errors)[0]} onChange={onChange} />
      )}
    </section>
  );
}

/** All inputs at once; what is no object yet is not sent. */
function JsonInputs({
  values,
  error,
  onChange,
}: {
  values: Values;
  error: string | undefined;
  onChange: (values: Values) => void;
}) {
  return (
    <JsonControl
      field={jsonField}
      value={values}
      error={error}
      kept={false}
      refuse={(value) => (isObject(value) ? undefined : texts.notAnObject)}
      onChange={(value) => onChange(value as Values)}
    />
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const jsonField = {
  name: "inputs",
  label: texts.json,
  display: "json",
  options: {},
  type: "dict",
  disabled: false,
  required: false,
  tab: "",
  fold: undefined,
  description: " ",
  keys: undefined,
  span: 12,
  value: undefined,
};
