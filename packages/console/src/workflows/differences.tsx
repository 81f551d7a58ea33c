import { Group, Title } from "@mantine/core";
import { createContext, useContext } from "react";
import { StateBadge } from "../parts/state-badge.tsx";
import { texts } from "../texts/versions.ts";
import { ValueView } from "../values/value-view.tsx";
import type { DefinitionDiff, FieldChange, NodeChange } from "./definition-diff.ts";

/** What the two sides of a difference are called. */
const Sides = createContext({ before: texts.before, after: texts.after });

/** Every node, connection and field that differs, in words; `sides` where they are not before and after. */
export function Differences({
  diff,
  selected,
  sides = { before: texts.before, after: texts.after },
}: {
  diff: DefinitionDiff;
  selected?: string | undefined;
  sides?: { before: string; after: string };
}) {
  const { nodes, edges, fields } = diff;
  if (nodes.length + edges.length + fields.length === 0) return <p className="soft">{texts.none}</p>;
  return (
    <Sides value={sides}>
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
    </Sides>
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
  const sides = useContext(Sides);
  return fields.map(({ path, before, after }) => (
    <div key={path} className="diff-field">
      <span className="mono">{path.replace(/^(node_config|variable_bindings)\./, "")}</span>
      <div className="diff-sides">
        <Side label={sides.before} value={before} />
        <Side label={sides.after} value={after} />
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
