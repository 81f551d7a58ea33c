import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow } from "../api/workflows.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/versions.ts";

const words = texts.dialog;

/** Keeps the workflow as it is now, under a name. */
export default function SaveVersion({ workflow, onClose }: { workflow: Workflow; onClose: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const save = useMutation({
    mutationFn: () =>
      request(`/v1/workflows/${workflow.id}/versions`, {
        // What is seen here is what is kept, also where somebody has just saved another.
        body: { name: name.trim(), description: description || null, definition: workflow.definition },
      }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["workflows", workflow.id, "versions"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog onClose={onClose} title={words.title}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={words.name}
            required
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <TextInput
            label={words.description}
            value={description}
            onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          />
          {save.error && <Notice tone="bad" title={save.error.message} />}
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending} disabled={name.trim() === ""}>
              {words.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
