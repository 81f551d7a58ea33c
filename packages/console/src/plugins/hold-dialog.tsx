import { Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import { holdQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Confirm } from "../parts/confirm.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/texts.ts";

const words = texts.plugins.hold;

/** Asks for the reason that everybody whose calls are refused will read, then holds all plugins. */
export default function HoldDialog({ onClose }: { onClose: () => void }) {
  const [reason, setReason] = useState("");
  const begin = useMutation({
    mutationFn: () => request("/v1/plugin-hold", { method: "PUT", body: reason ? { reason } : {} }),
    onSuccess: onClose,
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: holdQuery.queryKey }),
  });
  return (
    <Confirm
      opened
      title={words.begin}
      action={words.begin}
      busy={begin.isPending}
      onConfirm={() => begin.mutate()}
      onClose={onClose}
    >
      <Text mb="sm">{words.what}</Text>
      <TextInput
        label={words.reason}
        value={reason}
        maxLength={500}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </Confirm>
  );
}
