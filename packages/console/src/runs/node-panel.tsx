import { Button, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { request } from "../api/client.ts";
import { nodesQuery } from "../api/queries.ts";
import type { FullRun, NodeRun, RunRecord } from "../api/runs.ts";
import { duration } from "../parts/format.ts";
import { Notice } from "../parts/notice.tsx";
import { sayFailed } from "../parts/say.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { texts } from "../texts/runs.ts";
import { NamedValues } from "../values/named-values.tsx";
import { isOver } from "./run-state.ts";

/** What went into the chosen node, what came out, or why not; every attempt and item. */
export function NodePanel({
  run,
  node,
  name,
}: {
  run: FullRun;
  node: string | undefined;
  name: string | undefined;
}) {
  const calls = run.nodes.filter(({ node_id }) => node_id === node);
  return (
    <section className="panel" aria-live="polite">
      <Title order={2}>{name ?? texts.node}</Title>
      {node === undefined && <p className="soft">{texts.choose}</p>}
      {node !== undefined && calls.length === 0 && <p className="soft">{texts.nothing}</p>}
      {node !== undefined && calls.length > 0 && isOver(run) && <RestartButton run={run} node={node} />}
      {calls.map((call) => (
        <Call key={`${call.item} ${call.attempt}`} runId={run.id} call={call} many={calls.length > 1} />
      ))}
    </section>
  );
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
    <Button size="xs" variant="default" mb="sm" loading={restart.isPending} onClick={() => restart.mutate()}>
      {texts.fromHere}
    </Button>
  );
}

function Call({ runId, call, many }: { runId: string; call: NodeRun; many: boolean }) {
  return (
    <div style={{ display: "grid", gap: 12, marginBottom: 16 }}>
      <div style={{ display: "flex", gap: 16, flexWrap: "wrap" }}>
        <StateBadge state={call.status} />
        {many && (
          <span className="soft">
            {call.item === null ? "" : `${texts.item} ${call.item} · `}
            {texts.attempts} {call.attempt}
          </span>
        )}
        {call.total_ms !== null && <span className="soft">{duration(call.total_ms)}</span>}
        <PluginLink runId={runId} call={call} />
      </div>
      {call.error && (
        <Notice tone="bad" title={call.error.message ?? texts.error}>
          <p className="mono soft">{call.error.code}</p>
        </Notice>
      )}
      <div>
        <div className="soft">{texts.inputs}</div>
        <NamedValues values={call.inputs} run={runId} />
      </div>
      <div>
        <div className="soft">{texts.outputs}</div>
        <NamedValues values={call.outputs} run={runId} />
      </div>
    </div>
  );
}

/** To what the plugin wrote in this call. */
function PluginLink({ runId, call }: { runId: string; call: NodeRun }) {
  const { data } = useQuery(nodesQuery);
  const plugin = data?.find((node) => node.type === call.node_type)?.plugin_name;
  if (!plugin) return null;
  return (
    <Link
      to="/plugins/$id/logs"
      params={{ id: plugin }}
      search={{
        run: runId,
        node: call.node_id,
        from: call.started_at ?? undefined,
        until: call.finished_at ?? undefined,
      }}
    >
      {texts.pluginLog}
    </Link>
  );
}
