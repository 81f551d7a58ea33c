import { Button, Group, Select, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Trigger } from "../api/queries.ts";
import type { Workflow } from "../api/workflows.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import { fieldErrors } from "../forms/field-errors.ts";
import type { Values } from "../forms/rules.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/triggers.ts";
import { inputsOf, type RunInput } from "../workflows/graph-model.ts";
import { runFields } from "../workflows/run-fields.ts";
import { PluginFields } from "./plugin-fields.tsx";
import { ScheduleFields } from "./schedule-fields.tsx";
import { saveTrigger } from "./use-triggers.ts";

const words = texts.dialog;

export type DraftKind = "schedule" | "webhook" | "plugin";

/** What the fields of every kind are given: the definition so far, and how to change a part of it. */
export interface DraftProps {
  definition: Values;
  onChange: (change: Values) => void;
  /** By the definition's key. */
  errors: Record<string, string>;
}

/** Makes a trigger, or changes one; what is not asked here stays as it was. */
export default function TriggerDialog({
  workflow,
  kind,
  trigger,
  onSaved,
  onClose,
}: {
  workflow: Workflow;
  kind: DraftKind;
  trigger?: Trigger;
  onSaved: (saved: Trigger) => void;
  onClose: () => void;
}) {
  const [definition, setDefinition] = useState<Values>(() => trigger?.definition ?? firstDraft(kind));
  const save = useMutation({
    mutationFn: () => saveTrigger(workflow.id, { definition }, trigger?.id),
    onSuccess: onSaved,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const known = ["cron", "timezone", "max_missed", "polling_interval"];
  const { fields: errors, rest } = fieldErrors(save.error, known, "definition");
  const draft = {
    definition,
    errors,
    onChange: (change: Values) => setDefinition((before) => ({ ...before, ...change })),
  };
  return (
    <Dialog onClose={onClose} title={words[kind]} size="lg">
      <form onSubmit={submit}>
        <Stack>
          {kind === "schedule" && <ScheduleFields {...draft} />}
          {kind === "plugin" && <PluginFields {...draft} />}
          {kind === "webhook" && !trigger && <p className="soft trial-hint">{words.webhookHint}</p>}
          <InputFields kind={kind} inputs={inputsOf(workflow.definition)} {...draft} />
          {rest.map((problem) => (
            <Notice key={problem} tone="bad" title={problem} />
          ))}
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={save.isPending}
              disabled={kind === "plugin" && definition.type === undefined}
            >
              {trigger ? words.save : words.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function firstDraft(kind: DraftKind): Values {
  if (kind === "webhook") return { type: "webhook" };
  if (kind === "plugin") return {};
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { type: "schedule", cron: "0 9 * * 1-5", timezone: timeZone };
}

/** What the runs get: fixed values, and what happened. */
function InputFields({
  kind,
  inputs,
  definition,
  onChange,
}: DraftProps & { kind: DraftKind; inputs: readonly RunInput[] }) {
  if (inputs.length === 0) return null;
  const input = (definition.input ?? {}) as Values;
  // Others may have named them by their id.
  const byLabel = Object.fromEntries(inputs.map(({ key, label }) => [label, input[label] ?? input[key]]));
  const set = (label: string, value: unknown) => {
    const { [inputs.find((one) => one.label === label)?.key ?? ""]: _byId, ...rest } = input;
    onChange({ input: { ...rest, [label]: value } });
  };
  return (
    <>
      <fieldset className="fieldset">
        <legend>{words.inputs}</legend>
        {kind !== "schedule" && <p className="soft">{words.inputsHint}</p>}
        <ConfigForm fields={runFields(inputs, "label")} values={byLabel} onChange={set} />
      </fieldset>
      <Select
        label={words.whole}
        placeholder={words.none}
        clearable
        value={typeof definition.event_input === "string" ? definition.event_input : null}
        data={inputs.map(({ label }) => label)}
        onChange={(event_input) => onChange({ event_input: event_input ?? undefined })}
      />
    </>
  );
}
