import { Group, Select, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Workflow, WorkflowVersion } from "../api/workflows.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { texts } from "../texts/versions.ts";
import { ValueView } from "../values/value-view.tsx";
import {
  type DefinitionDiff,
  diffDefinitions,
  type FieldChange,
  type NodeChange,
} from "./definition-diff.ts";
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

function Differences({ diff, selected }: { diff: DefinitionDiff; selected: string | undefined }) {
  const { nodes, edges, fields } = diff;
  if (nodes.length + edges.length + fields.length === 0) return <p className="soft">{texts.none}</p>;
  return (
    <div className="columns">
      {nodes.map((node) => (
        <NodePart key={node.id} node={node} isSelected={node.id === selected} />
      ))}
      {fields.length > 0 && (
        <section className="panel">
          <Title order={2}>{texts.whole}</Title>
          <Fields fields={fields} />
        </section>
      )}
      {edges.length > 0 && (
        <section className="panel">
          <Title order={2}>{texts.edges}</Title>
          {edges.map(({ from, to, label, change }) => (
            <div key={`${from} ${to} ${label}`} className="diff-edge">
              <StateBadge state={change} /> {from} → {to}{" "}
              {label && <span className="mono soft">{label}</span>}
            </div>
          ))}
        </section>
      )}
    </div>
  );
}

function NodePart({ node: { name, change, fields }, isSelected }: { node: NodeChange; isSelected: boolean }) {
  return (
    <section className="panel" data-selected={isSelected}>
      <Group justify="space-between">
        <Title order={2} className="panel-title">
          {name}
        </Title>
        <StateBadge state={change} />
      </Group>
      <Fields fields={fields} />
    </section>
  );
}

function Fields({ fields }: { fields: readonly FieldChange[] }) {
  return fields.map(({ path, before, after }) => (
    <div key={path} className="diff-field">
      <span className="mono">{path.replace(/^(node_config|variable_bindings)\./, "")}</span>
      <div className="diff-sides">
        <Side label={texts.before} value={before} />
        <Side label={texts.after} value={after} />
      </div>
    </div>
  ));
}

function Side({ label, value }: { label: string; value: unknown }) {
  return (
    <div>
      <div className="soft">{label}</div>
      {value === undefined ? (
        <span className="soft">{texts.nothing}</span>
      ) : (
        <ValueView value={value} label={label} />
      )}
    </div>
  );
}
