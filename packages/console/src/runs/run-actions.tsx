import { ActionIcon, Button, Group } from "@mantine/core";
import {
  IconAdjustments,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { FullRun, RunRecord } from "../api/runs.ts";
import { TryButton } from "../nodes/try-button.tsx";
import { ConfirmRemoval } from "../parts/confirm-removal.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/runs.ts";
import { askedInputs } from "./asked-inputs.ts";
import { isOver } from "./run-state.ts";
import { triedWith } from "./tried-with.ts";

const AgainDialog = lazy(() => import("./again-dialog.tsx"));
const route = getRouteApi("/shell/runs/$id");

/** What can be done with a run as it is: one that goes on is held or stopped, one that is over is done again. */
export function RunActions({ run }: { run: FullRun }) {
  if (isOver(run)) return <Again run={run} />;
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

function ChangeButton({
  run,
  word,
  icon,
}: {
  run: FullRun;
  word: "pause" | "resume" | "stop";
  icon: ReactNode;
}) {
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

function Again({ run }: { run: FullRun }) {
  const { again } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (shown: boolean) =>
    void navigate({
      search: (search) => ({ ...search, again: shown ? "inputs" : undefined }),
      resetScroll: false,
    });
  return (
    <Group gap="xs">
      {run.tried_node ? (
        <TryButton type={run.tried_node} first={() => triedWith(run)} />
      ) : (
        askedInputs(run).length > 0 && (
          <Button variant="default" leftSection={<IconAdjustments size={16} />} onClick={() => show(true)}>
            {texts.changeInputs}
          </Button>
        )
      )}
      <AgainButton run={run} />
      <RemoveButton run={run} />
      {again === "inputs" && (
        <Suspense>
          <AgainDialog run={run} onClose={() => show(false)} />
        </Suspense>
      )}
    </Group>
  );
}

function RemoveButton({ run }: { run: FullRun }) {
  const [leaving, setLeaving] = useState(false);
  const navigate = useNavigate();
  return (
    <>
      <ActionIcon
        variant="default"
        size={36}
        aria-label={texts.deleteRun}
        title={texts.deleteRun}
        onClick={() => setLeaving(true)}
      >
        <IconTrash size={16} />
      </ActionIcon>
      {leaving && (
        <ConfirmRemoval
          path={`/v1/runs/${run.id}`}
          queryKey={["runs"]}
          title={texts.deleteRunTitle}
          text={texts.deleteRunText}
          onDone={() => navigate({ to: "/runs" })}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}

function AgainButton({ run }: { run: FullRun }) {
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
