import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  applyNodeChanges,
  Background,
  type Connection,
  Controls,
  type Edge,
  type FinalConnectionState,
  MarkerType,
  MiniMap,
  type NodeChange,
  Panel,
  ReactFlow,
  useConnection,
  useNodesInitialized,
  useReactFlow,
} from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/canvas.ts";
import { type DefinitionNode, isV2, type Port, titleOf, type Wire } from "./definition.ts";
import { cardWidth } from "./layout.ts";
import { type CardNode, NodeCard } from "./node-card.tsx";
import { handleOf, portOfHandle, rowsOf } from "./ports.ts";
import { refusalOf } from "./refusal.ts";
import type { Editor } from "./use-editor.ts";
import type { Problem } from "./use-problems.ts";

const wholeView = { maxZoom: 1, padding: 0.1 };
const nodeTypes = { card: NodeCard };
/** Smaller than the library's own 200 by 150: that hid cards on a laptop's canvas. */
const miniMapSize = { width: 136, height: 96 };

/** What a dragged palette entry carries. */
export const dragType = "application/x-noxus-node";

/** The workflow as cards and lines that can be moved, joined and taken apart. */
export function FlowCanvas({
  editor,
  problems,
  onDropNode,
}: {
  editor: Editor;
  problems: ReadonlyMap<string, Problem[]>;
  onDropNode: (type: string, at: { x: number; y: number }) => void;
}) {
  const [nodes, onNodesChange] = useCards(editor, problems);
  const [edges, chosenWires, setChosenWires] = useLines(editor);
  const refusal = ({ source, target, sourceHandle, targetHandle }: Connection | Edge) =>
    refusalOf(
      editor.definition,
      editor.types,
      portOfHandle(source, sourceHandle),
      portOfHandle(target, targetHandle),
    );
  const removeChosen = () => {
    editor.disconnect(editor.wires.filter(({ id }) => chosenWires.has(id)));
    if (editor.chosen.size > 0) editor.remove(editor.chosen);
    setChosenWires(new Set());
  };
  return (
    <ReactFlow
      aria-label={texts.canvas}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      onNodesChange={onNodesChange}
      onEdgesChange={(changes) => setChosenWires((before) => chosenAfter(before, changes))}
      isValidConnection={(connection) => refusal(connection) === undefined}
      onConnect={(connection) => editor.connect(...endsOf(connection))}
      onConnectEnd={(_event, state) => tellRefusal(editor, state)}
      onBeforeDelete={async () => {
        removeChosen();
        return false;
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        const type = event.dataTransfer.getData(dragType);
        if (type) onDropNode(type, { x: event.clientX, y: event.clientY });
      }}
      deleteKeyCode={["Delete", "Backspace"]}
      multiSelectionKeyCode={["Shift", "Meta", "Control"]}
      snapToGrid
      snapGrid={[8, 8]}
      minZoom={0.1}
      onlyRenderVisibleElements={nodes.length > 150}
      proOptions={{ hideAttribution: true }}
    >
      <Background gap={16} />
      <Controls showInteractive={false} fitViewOptions={wholeView} />
      <MiniMap pannable zoomable ariaLabel={null} style={miniMapSize} />
      <ConnectionHint editor={editor} />
      <FitOnce />
    </ReactFlow>
  );
}

/** The cards; while one is dragged it moves here, and in the workflow when it is let go. */
function useCards(editor: Editor, problems: ReadonlyMap<string, Problem[]>) {
  const { definition, wires, types } = editor;
  const fresh = useMemo(
    () => cardsOf({ definition, wires, types }, problems),
    [definition, wires, types, problems],
  );
  const [nodes, setNodes] = useState<CardNode[]>(fresh);
  useEffect(() => {
    setNodes((before) => {
      const known = new Map(before.map((node) => [node.id, node]));
      return fresh.map((node) => ({ ...known.get(node.id), ...node, selected: editor.chosen.has(node.id) }));
    });
  }, [fresh, editor.chosen]);
  const onChange = (changes: NodeChange<CardNode>[]) => {
    setNodes((before) => applyNodeChanges(changes, before));
    const places = changes.flatMap((change) =>
      change.type === "position" && !change.dragging && change.position
        ? [[change.id, change.position] as const]
        : [],
    );
    if (places.length > 0) editor.move(new Map(places));
    if (changes.some(({ type }) => type === "select")) editor.choose(chosenAfter(editor.chosen, changes));
  };
  return [nodes, onChange] as const;
}

function cardsOf(
  { definition, types, wires }: Pick<Editor, "definition" | "types" | "wires">,
  problems: ReadonlyMap<string, Problem[]>,
): CardNode[] {
  const order = isV2(definition);
  return definition.nodes.map((node) => ({
    id: node.id,
    type: "card",
    position: node.display?.position ?? { x: 0, y: 0 },
    width: cardWidth,
    ariaLabel: titleOf(node, types),
    data: {
      title: titleOf(node, types),
      type: node.type,
      kind: types.get(node.type)?.title ?? node.type,
      inputs: rowsOf(node, "inputs", types, wires),
      outputs: rowsOf(node, "outputs", types, wires),
      order,
      problems: (problems.get(node.id) ?? []).map(({ message }) => message),
    },
  }));
}

function useLines({ wires, definition, types }: Editor) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const edges = useMemo(() => {
    const byId = new Map(definition.nodes.map((node) => [node.id, node]));
    return wires.map((wire) => toLine(wire, byId, types, chosen.has(wire.id)));
  }, [wires, definition.nodes, types, chosen]);
  return [edges, chosen, setChosen] as const;
}

function toLine(
  { id, kind, from, to }: Wire,
  byId: ReadonlyMap<string, DefinitionNode>,
  types: Editor["types"],
  selected: boolean,
): Edge {
  const title = (node: string) => {
    const found = byId.get(node);
    return found ? titleOf(found, types) : node;
  };
  return {
    id,
    source: from.node,
    target: to.node,
    sourceHandle: handleOf(from),
    targetHandle: handleOf(to),
    selected,
    className: kind === "order" ? "canvas-order" : "",
    markerEnd: { type: MarkerType.ArrowClosed },
    ariaLabel: `${title(from.node)} ${from.connector} → ${title(to.node)} ${to.key ?? to.connector}`,
  };
}

function chosenAfter(
  before: ReadonlySet<string>,
  changes: readonly { type: string; id?: string; selected?: boolean }[],
): Set<string> {
  const after = new Set(before);
  for (const { type, id = "", selected } of changes) {
    if (type !== "select") continue;
    if (selected) after.add(id);
    else after.delete(id);
  }
  return after;
}

function endsOf({ source, target, sourceHandle, targetHandle }: Connection): [Port, Port] {
  return [portOfHandle(source, sourceHandle), portOfHandle(target, targetHandle)];
}

/** Where a line was let go over a connector that does not take it. */
function tellRefusal(editor: Editor, { isValid, fromHandle, toHandle }: FinalConnectionState): void {
  if (isValid !== false || !fromHandle || !toHandle) return;
  const why = refusalBetween(editor, fromHandle, toHandle);
  if (why) sayFailed(new Error(why));
}

interface End {
  nodeId: string;
  id?: string | null;
  type: "source" | "target";
}

function refusalBetween({ definition, types }: Editor, one: End, other: End): string | undefined {
  const [from, to] = one.type === "source" ? [one, other] : [other, one];
  return refusalOf(definition, types, portOfHandle(from.nodeId, from.id), portOfHandle(to.nodeId, to.id));
}

/** Shows all of the workflow as soon as the cards have their size. */
function FitOnce() {
  const measured = useNodesInitialized();
  const { fitView } = useReactFlow();
  const done = useRef(false);
  useEffect(() => {
    if (!measured || done.current) return;
    done.current = true;
    void fitView(wholeView);
  }, [measured, fitView]);
  return null;
}

/** While a line is dragged over a connector that does not take it: why. */
function ConnectionHint({ editor }: { editor: Editor }) {
  const { inProgress, fromHandle, toHandle } = useConnection();
  const why = inProgress && fromHandle && toHandle && refusalBetween(editor, fromHandle, toHandle);
  if (!why) return null;
  return (
    <Panel position="bottom-center" className="canvas-hint" role="status">
      {why}
    </Panel>
  );
}
