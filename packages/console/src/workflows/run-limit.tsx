import { Button, Group } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow } from "../api/workflows.ts";
import { TypedNumber } from "../forms/typed-number.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts as usual } from "../texts/texts.ts";
import { texts } from "../texts/workflows.ts";

const words = texts.limit;

/** How many runs of a workflow go on at once; the others wait. */
export default function RunLimit({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const [limit, setLimit] = useState(workflow.max_concurrent_runs);
  const save = useMutation({
    mutationFn: () =>
      request(`/v1/workflows/${workflow.id}`, {
        method: "PATCH",
        body: { max_concurrent_runs: limit },
      }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form onSubmit={submit}>
        <TypedNumber
          isOptional
          label={words.label}
          description={words.hint}
          min={1}
          allowDecimal={false}
          value={limit}
          onChange={setLimit}
        />
        {save.error && <Notice tone="bad" title={save.error.message} />}
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={onClose}>
            {usual.common.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {usual.common.save}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
