import { Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { FullRun, RunRecord } from "../api/runs.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/runs.ts";
import { texts as ofWorkflows } from "../texts/workflows.ts";
import { runFields } from "../workflows/run-fields.ts";
import { askedInputs } from "./asked-inputs.ts";

/** A run's form with what it was started with, to be changed; starts another one of the workflow as it was then. */
export default function AgainDialog({ run, onClose }: { run: FullRun; onClose: () => void }) {
  const navigate = useNavigate();
  const inputs = askedInputs(run);
  const [values, setValues] = useState(() =>
    Object.fromEntries(inputs.flatMap(({ key }) => (key in run.input ? [[key, run.input[key]]] : []))),
  );
  const start = useMutation({
    mutationFn: () => request<RunRecord>(`/v1/runs/${run.id}/replay`, { body: { input: values } }),
    onSuccess: async ({ id }) => {
      void queryClient.invalidateQueries({ queryKey: ["runs", "list"] });
      await navigate({ to: "/runs/$id", params: { id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Dialog onClose={onClose} title={texts.changeInputs} size="lg">
      <form onSubmit={submit}>
        {inputs.length === 0 ? (
          <p>{ofWorkflows.noInputs}</p>
        ) : (
          <ConfigForm
            fields={runFields(inputs)}
            values={values}
            onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))}
          />
        )}
        {start.error && <Notice tone="bad" title={start.error.message} />}
        <Group justify="flex-end" mt="lg">
          <Button type="submit" loading={start.isPending}>
            {ofWorkflows.start}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
