import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type RefObject, useMemo, useState } from "react";
import type { RegistryNode } from "../api/queries.ts";
import { NodeIcon } from "../nodes/node-icon.tsx";
import { texts } from "../texts/canvas.ts";
import { dragType } from "./flow-canvas.tsx";

const words = texts.palette;

/** Every node that can be added, by where it comes from: drag one onto the canvas, or choose it by the keyboard. */
export function Palette({
  nodes,
  form,
  onAdd,
  searchRef,
}: {
  nodes: readonly RegistryNode[];
  form: "v1" | "v2";
  onAdd: (type: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  const [search, setSearch] = useState("");
  const groups = useMemo(() => groupsOf(nodes, form, search), [nodes, form, search]);
  const [first] = groups[0]?.nodes ?? [];
  return (
    <section className="canvas-palette" aria-label={words.title}>
      <TextInput
        ref={searchRef}
        aria-label={words.search}
        placeholder={words.search}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && first) onAdd(first.type);
          if (event.key === "Escape") setSearch("");
        }}
      />
      <p className="soft canvas-palette-hint">{words.hint}</p>
      {groups.length === 0 && <p className="soft">{words.nothing}</p>}
      {groups.map(({ title, nodes }) => (
        <div key={title}>
          <h2>{title}</h2>
          <ul>
            {nodes.map((node) => (
              <Entry key={node.type} node={node} onAdd={onAdd} />
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function Entry({ node, onAdd }: { node: RegistryNode; onAdd: (type: string) => void }) {
  return (
    <li>
      <button
        type="button"
        draggable
        className="canvas-entry"
        onDragStart={(event) => event.dataTransfer.setData(dragType, node.type)}
        onClick={() => onAdd(node.type)}
        title={node.description ?? undefined}
      >
        <NodeIcon type={node.type} />
        <span>
          <b>{node.title ?? node.type}</b>
          {node.description && <span className="canvas-entry-text">{node.description}</span>}
        </span>
      </button>
    </li>
  );
}

interface Group {
  title: string;
  nodes: RegistryNode[];
}

/** Built-in nodes first, then each plugin's; of the nodes that exist in both forms, those of the workflow's. */
export function groupsOf(nodes: readonly RegistryNode[], form: "v1" | "v2", search: string): Group[] {
  const wanted = search.trim().toLowerCase();
  const fits = (node: RegistryNode) =>
    [node.title, node.type, node.description].some((text) => text?.toLowerCase().includes(wanted));
  const usable = nodes.filter((node) => node.visible !== false && isOfForm(node, form, nodes) && fits(node));
  const byOrigin = Map.groupBy(usable, ({ plugin_name }) => plugin_name ?? words.builtIn);
  return [...byOrigin]
    .map(([title, all]) => ({ title, nodes: all }))
    .sort((a, b) => Number(b.title === words.builtIn) - Number(a.title === words.builtIn));
}

/** Nodes that have a kin for the second form are offered in their own form only; all others in both. */
function isOfForm(
  { type, v2_ready }: RegistryNode,
  form: "v1" | "v2",
  all: readonly RegistryNode[],
): boolean {
  if (form === "v1") return !(v2_ready && type.endsWith("V2"));
  return v2_ready === true || !all.some((other) => other.type === `${type}V2`);
}
