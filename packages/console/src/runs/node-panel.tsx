import { Button, Group, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { request } from "../api/client.ts";
import { nodesQuery } from "../api/queries.ts";
import type { FullRun, NodeRun, RunRecord } from "../api/runs.ts";
import type { Definition } from "../canvas/definition.ts";
import { trialOf } from "../canvas/trial.ts";
import { TryButton } from "../nodes/try-button.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/runs.ts";
import { CallChoice } from "./call-choice.tsx";
import { CallView } from "./call-view.tsx";
import type { ChosenCall } from "./chosen-call.ts";
import { isOver, placeOf } from "./run-state.ts";
import type { Progress } from "./use-run-events.ts";

/** The chosen node of a run: one of its calls, and what can be done from here. */
export function NodePanel({
  run,
  node,
  name,
  shown,
  progress,
  onSelect,
}: {
  run: FullRun;
  node: string | undefined;
  name: string | undefined;
  shown: NodeRun | undefined;
  progress: ReadonlyMap<string, Progress>;
  onSelect: (call: ChosenCall) => void;
}) {
  const calls = run.nodes.filter(({ node_id }) => node_id === node);
  return (
    <section className="panel run-node" aria-label={name ?? texts.node}>
      <Title order={2}>{name ?? texts.node}</Title>
      {node === undefined && <p className="soft">{texts.choose}</p>}
      {node !== undefined && !shown && <p className="soft">{texts.notReached}</p>}
      {node !== undefined && shown && (
        <>
          <Actions run={run} node={node} shown={shown} />
          <CallChoice calls={calls} shown={shown} onSelect={onSelect} />
          <CallView
            key={`${placeOf(shown)} ${shown.attempt}`}
            run={run}
            call={shown}
            attempts={calls.filter((call) => placeOf(call) === placeOf(shown)).length}
            isOneOfMany={calls.length > 1}
            progress={progress.get(placeOf(shown))}
          />
        </>
      )}
    </section>
  );
}

function Actions({ run, node, shown }: { run: FullRun; node: string; shown: NodeRun }) {
  const own = definitionOf(run).nodes.find(({ id }) => id === node);
  const { data: types } = useQuery(nodesQuery);
  const type = types?.find((each) => each.type === own?.type);
  if (!own || run.tried_node) return null;
  return (
    <Group gap="xs" className="call-actions">
      {type && (
        <TryButton
          size="xs"
          type={own.type}
          first={() => trialOf(own, type, definitionOf(run), { nodes: [...run.nodes, shown] })}
        />
      )}
      {/* What is inside a loop is begun again with its loop. */}
      {isOver(run) && !own.parent_id && <RestartButton run={run} node={node} />}
    </Group>
  );
}

/** What was run was checked when it was started. */
function definitionOf({ definition }: FullRun): Definition {
  return definition as unknown as Definition;
}

/** A new run that begins with what this one has finished, and does this node and all after it anew. */
function RestartButton({ run, node }: { run: FullRun; node: string }) {
  const navigate = useNavigate();
  const restart = useMutation({
    mutationFn: () => request<RunRecord>(`/v1/runs/${run.id}/restart`, { body: { from_node: node } }),
    onSuccess: ({ id }) => navigate({ to: "/runs/$id", params: { id } }),
    onError: sayFailed,
  });
  return (
    <Button size="xs" variant="default" loading={restart.isPending} onClick={() => restart.mutate()}>
      {texts.fromHere}
    </Button>
  );
}
