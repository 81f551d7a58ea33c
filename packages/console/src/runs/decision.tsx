import { Button, Group, Textarea } from "@mantine/core";
import type { RunWait } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { Notice } from "../parts/notice.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { texts } from "../texts/runs.ts";
import { ValueView } from "../values/value-view.tsx";
import { FailsAt } from "./fails-at.tsx";

/** What a node asks a person, with the value that it is about; the comment goes along to the nodes after it. */
export function Decision({
  runId,
  wait,
  name,
  isOver = false,
}: {
  runId: string;
  wait: RunWait;
  name: string;
  /** Decided, by whomever: nothing is asked any more. */
  isOver?: boolean;
}) {
  const [comment, setComment] = useState("");
  const decide = useDecide(runId, wait);
  const value = wait.inputs?.value;
  return (
    <Notice tone="warn" title={wait.question || texts.asks(name)}>
      {wait.question && <p className="soft">{texts.asks(name)}</p>}
      {value !== undefined && <ValueView value={value} run={runId} label={texts.decidedOn} />}
      <FailsAt wait={wait} />
      <Textarea
        label={texts.comment}
        value={comment}
        disabled={isOver}
        onChange={({ currentTarget }) => setComment(currentTarget.value)}
        autosize
        maxRows={6}
        my="xs"
      />
      <Group gap="xs">
        {(["approve", "reject"] as const).map((word) => (
          <Button
            key={word}
            variant={word === "approve" ? "filled" : "default"}
            loading={decide.isPending && decide.variables.word === word}
            disabled={decide.isPending || isOver}
            onClick={() => decide.mutate({ word, comment })}
          >
            {texts[word]}
          </Button>
        ))}
      </Group>
    </Notice>
  );
}

/** Refused where somebody else was first; what is shown is read again either way. */
function useDecide(runId: string, { node_id, item }: RunWait) {
  return useMutation({
    mutationFn: ({ word, comment }: { word: "approve" | "reject"; comment: string }) =>
      request(`/v1/runs/${runId}/nodes/${encodeURIComponent(node_id)}/${word}`, {
        body: { ...(comment && { comment }), ...(item !== null && { item }) },
      }),
    onSuccess: (_, { word }) => sayDone(texts.decided[word]),
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["runs"] }),
  });
}
