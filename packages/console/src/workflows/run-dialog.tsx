import { Button, Group, Text } from "@mantine/core";
import type { Run } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow } from "../api/workflows.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import type { Values } from "../forms/rules.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts as words } from "../texts/workflows.ts";
import { inputsOf } from "./graph-model.ts";
import { runFields } from "./run-fields.ts";

/** Starts a run with a form made of the workflow's inputs, and goes to it. */
export function RunDialog({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const navigate = useNavigate();
  const inputs = inputsOf(workflow.definition);
  const [values, setValues] = useState<Values>({});
  // One form starts one run, however often its button is pressed or the connection breaks.
  const once = useRef(crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
  const start = useMutation({
    mutationFn: () =>
      request<Run>(`/v1/workflows/${workflow.id}/runs`, {
        body: { input: values },
        headers: { "idempotency-key": once.current },
      }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ["runs"] });
      await navigate({ to: "/runs/$id", params: { id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  const change = (name: string, value: unknown) => {
    once.current = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    setValues((before) => ({ ...before, [name]: value }));
  };
  return (
    <Dialog onClose={onClose} title={words.runNamed(workflow.name)} size="lg">
      <form onSubmit={submit}>
        {inputs.length === 0 ? (
          <Text>{words.noInputs}</Text>
        ) : (
          <ConfigForm fields={runFields(inputs)} values={values} onChange={change} />
        )}
        {start.error && <Notice tone="bad" title={start.error.message} />}
        <Group justify="flex-end" mt="lg">
          <Button type="submit" loading={start.isPending}>
            {words.start}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
