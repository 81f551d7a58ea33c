import { Button, Group } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { FullRun, RunRecord } from "../api/runs.ts";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/runs.ts";
import { isOver } from "./run-state.ts";

type Run = Pick<FullRun, "id" | "status" | "pause_requested">;

/** What can be done with a run as it is: one that goes on is held or stopped, one that is over is done again. */
export function RunActions({ run }: { run: Run }) {
  if (isOver(run)) return <AgainButton run={run} />;
  return (
    <Group gap="xs">
      {run.pause_requested ? (
        <ChangeButton run={run} word="resume" icon={<IconPlayerPlay size={16} />} />
      ) : (
        <ChangeButton run={run} word="pause" icon={<IconPlayerPause size={16} />} />
      )}
      <ChangeButton run={run} word="stop" icon={<IconPlayerStop size={16} />} />
    </Group>
  );
}

function ChangeButton({ run, word, icon }: { run: Run; word: "pause" | "resume" | "stop"; icon: ReactNode }) {
  const change = useMutation({
    mutationFn: () => request(`/v1/runs/${run.id}/${word}`, { method: "POST" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["runs"] }),
    onError: sayFailed,
  });
  return (
    <Button
      variant={word === "resume" ? "filled" : "default"}
      leftSection={icon}
      loading={change.isPending}
      onClick={() => change.mutate()}
    >
      {texts[word]}
    </Button>
  );
}

function AgainButton({ run }: { run: Run }) {
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => request<RunRecord>(`/v1/runs/${run.id}/replay`, { body: {} }),
    onSuccess: ({ id }) => navigate({ to: "/runs/$id", params: { id } }),
    onError: sayFailed,
  });
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      {texts.again}
    </Button>
  );
}
