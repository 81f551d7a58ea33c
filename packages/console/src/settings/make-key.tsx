import { Button, Group, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import type { ApiKey, Workspace } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Notice } from "../parts/notice.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { texts } from "../texts/settings.ts";

const words = texts.keys;

/** Makes a key, and shows it this once. */
export default function MakeKey({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const [name, setName] = useState("");
  const [isAdmin, setIsAdmin] = useState(false);
  const make = useMutation({
    mutationFn: () =>
      request<ApiKey>(`/v1/admin/groups/${workspace.id}/api-keys`, {
        body: { name: name.trim(), tenant_admin: isAdmin },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["workspaces", workspace.id] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Dialog
      onClose={onClose}
      title={make.data ? words.made : words.dialog(workspace.name)}
      // What is shown once is not closed by a slip.
      closeOnClickOutside={!make.data}
    >
      {make.data ? (
        <Stack>
          <ShownOnce label={words.key} text={make.data.value} hint={words.once} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{words.done}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={words.name}
              description={words.nameHint}
              required
              maxLength={200}
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
            <Switch
              label={words.isAdmin}
              description={words.adminHint}
              checked={isAdmin}
              onChange={({ currentTarget }) => setIsAdmin(currentTarget.checked)}
            />
            {make.error && <Notice tone="bad" title={make.error.message} />}
            <Group justify="flex-end">
              <Button type="submit" loading={make.isPending} disabled={name.trim() === ""}>
                {words.make}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
