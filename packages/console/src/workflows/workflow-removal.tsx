import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ApiError, request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow } from "../api/workflows.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Notice } from "../parts/notice.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts as usual } from "../texts/texts.ts";
import { texts } from "../texts/workflows.ts";

const words = texts.removal;

/** Asks before a workflow is deleted, and once more where runs of it are not at their end. */
export function WorkflowRemoval({
  workflow: { id, name },
  onClose,
}: {
  workflow: Workflow;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const removal = useMutation({
    mutationFn: (force: boolean) => request(`/v1/workflows/${id}`, { method: "DELETE", query: { force } }),
    onSuccess: async () => {
      onClose();
      // First away from its page, which would read what is not there any more.
      await navigate({ to: "/workflows" });
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
    },
    onError: (error) => isBusy(error) || sayFailed(error),
  });
  const busy = isBusy(removal.error);
  return (
    <Confirm
      opened
      title={words.title(name)}
      action={busy ? words.anyway : usual.common.delete}
      busy={removal.isPending}
      onConfirm={() => removal.mutate(busy)}
      onClose={onClose}
    >
      <Text size="sm">{words.text}</Text>
      {busy && <Notice tone="warn" title={words.busy} />}
    </Confirm>
  );
}

/** Whether runs of it go on. */
function isBusy(error: unknown): boolean {
  return error instanceof ApiError && error.code === "conflict";
}
