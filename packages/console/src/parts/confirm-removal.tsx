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
  onDone,
  onClose,
}: {
  path: string;
  /** What shows it, and is read again. */
  queryKey: string[];
  title: string;
  text: string;
  action?: string;
  /** Where its own page was shown: goes somewhere else, before anything is read again. */
  onDone?: () => Promise<void>;
  onClose: () => void;
}) {
  const removal = useMutation({
    mutationFn: () => request(path, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await onDone?.();
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
