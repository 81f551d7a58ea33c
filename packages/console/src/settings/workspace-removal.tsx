import { Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import type { Workspace } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Confirm } from "../parts/confirm.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/settings.ts";
import { texts as usual } from "../texts/texts.ts";

const words = texts.workspaces;

/** Deletes a workspace with all that is in it, once its name has been typed. */
export default function WorkspaceRemoval({
  workspace,
  onClose,
}: {
  workspace: Workspace;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  const removal = useMutation({
    mutationFn: () => request(`/v1/admin/groups/${workspace.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["workspaces"] });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened
      title={words.removal(workspace.name)}
      action={usual.common.delete}
      busy={removal.isPending}
      disabled={typed !== workspace.name}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Stack>
        <Text size="sm">{words.removalText}</Text>
        <TextInput
          label={words.typeName(workspace.name)}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </Stack>
    </Confirm>
  );
}
