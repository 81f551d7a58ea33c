import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import type { Credential } from "../api/credentials.ts";
import { queryClient } from "../api/query-client.ts";
import { Confirm } from "../parts/confirm.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/credentials.ts";
import { texts as usual } from "../texts/texts.ts";

/** Asks first: nobody can bring a deleted secret back. */
export function DeleteCredentials({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const removal = useMutation({
    mutationFn: () => request(`/v1/credentials/${credential.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["credentials"] });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened
      title={texts.removal(credential.name)}
      action={usual.common.delete}
      busy={removal.isPending}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{texts.removalText}</Text>
    </Confirm>
  );
}
