import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { texts } from "../texts/texts.ts";
import { Confirm } from "./confirm.tsx";
import { sayFailed } from "./say.ts";

/** Asks before something is deleted that nobody can bring back, and deletes it. */
export function ConfirmRemoval({
  path,
  queryKey,
  title,
  text,
  action = texts.common.delete,
  onClose,
}: {
  path: string;
  /** What shows it, and is read again. */
  queryKey: string[];
  title: string;
  text: string;
  action?: string;
  onClose: () => void;
}) {
  const removal = useMutation({
    mutationFn: () => request(path, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened
      title={title}
      action={action}
      busy={removal.isPending}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{text}</Text>
    </Confirm>
  );
}
