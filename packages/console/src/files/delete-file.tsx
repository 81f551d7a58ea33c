import { Text } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { Confirm } from "../parts/confirm.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/files.ts";
import { texts as usual } from "../texts/texts.ts";

/** Asks first: what was deleted is nowhere else. */
export function DeleteFile({ file, onClose }: { file: FileRecord; onClose: () => void }) {
  const removal = useMutation({
    mutationFn: () => request(`/v1/file/${file.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["files"] });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened
      title={texts.removal(file.filename)}
      action={usual.common.delete}
      busy={removal.isPending}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{texts.removalText}</Text>
    </Confirm>
  );
}
