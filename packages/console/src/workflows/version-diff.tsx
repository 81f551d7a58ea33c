import { Group, Select } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Workflow, WorkflowVersion } from "../api/workflows.ts";
import { texts } from "../texts/versions.ts";
import { diffDefinitions } from "./definition-diff.ts";
import { Differences } from "./differences.tsx";
import { GraphView } from "./graph.tsx";

const route = getRouteApi("/shell/workflows/$id/versions");
const now = "now";

/** Two states of a workflow in one picture, what was added, removed and changed marked, and every changed field. */
export function VersionDiff({ workflow, versions }: { workflow: Workflow; versions: WorkflowVersion[] }) {
  const { from = versions[0]?.id ?? now, to = now } = route.useSearch();
  const definitionOf = (id: string) =>
    versions.find((version) => version.id === id)?.definition ?? workflow.definition;
  const [before, after] = [definitionOf(from), definitionOf(to)];
  const diff = useMemo(() => diffDefinitions(before, after), [before, after]);
  const [selected, setSelected] = useState<string>();
  return (
    <section aria-label={texts.differences} className="version-diff">
      <Sides versions={versions} from={from} to={to} />
      <GraphView
        key={`${from} ${to}`}
        graph={diff.graph}
        states={Object.fromEntries(diff.nodes.map(({ id, change }) => [id, change]))}
        selected={selected}
        onSelect={setSelected}
      />
      <Differences diff={diff} selected={selected} />
    </section>
  );
}

function Sides({ versions, from, to }: { versions: WorkflowVersion[]; from: string; to: string }) {
  const navigate = route.useNavigate();
  const data = [
    { value: now, label: texts.current },
    ...versions.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const show = (sides: { from?: string; to?: string }) =>
    void navigate({ search: { from, to, ...sides }, replace: true });
  return (
    <Group my="md">
      <Select
        label={texts.from}
        allowDeselect={false}
        data={data}
        value={from}
        onChange={(id) => show({ from: id ?? now })}
      />
      <Select
        label={texts.to}
        allowDeselect={false}
        data={data}
        value={to}
        onChange={(id) => show({ to: id ?? now })}
      />
    </Group>
  );
}
