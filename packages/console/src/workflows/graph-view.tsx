import "@xyflow/react/dist/base.css";
import { useQuery } from "@tanstack/react-query";
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from "@xyflow/react";
import { useMemo, useRef } from "react";
import { nodesQuery } from "../api/queries.ts";
import { NodeIcon } from "../nodes/node-icon.tsx";
import { StateBadge, toneOf } from "../parts/state-badge.tsx";
import { texts } from "../texts/texts.ts";
import { texts as workflowTexts } from "../texts/workflows.ts";
import type { Graph } from "./graph-model.ts";
import { layOut } from "./layout.ts";
import { useFitted } from "./use-fitted.ts";

const nodeSize = { width: 208, height: 56 };

interface NodeData extends Record<string, unknown> {
  name: string;
  type: string;
  /** The type as people call it. */
  kind: string;
  state: string | undefined;
  selected: boolean;
}

const nodeTypes = { step: StepNode };

/** A workflow as a picture, with the state of each node where a run gives it. Read only; nodes can be chosen. */
export default function GraphView({
  graph,
  states,
  selected,
  onSelect,
}: {
  graph: Graph;
  states?: Record<string, string>;
  selected?: string;
  onSelect?: (id: string) => void;
}) {
  const places = useMemo(() => placesOf(graph), [graph]);
  const frame = useRef<HTMLElement>(null);
  const view = useFitted(
    frame,
    [...places.values()].map((place) => ({ ...place, ...nodeSize })),
  );
  const { data: known } = useQuery(nodesQuery);
  const kinds = useMemo(() => new Map(known?.map(({ type, title }) => [type, title])), [known]);
  const nodes = graph.nodes.map(
    ({ id, name, type }): Node<NodeData> => ({
      id,
      type: "step",
      position: places.get(id) ?? { x: 0, y: 0 },
      // Its size is known: a node that is drawn anew, as often as a run tells something, is not hidden to be measured.
      ...nodeSize,
      measured: nodeSize,
      data: { name, type, kind: kinds.get(type) ?? type, state: states?.[id], selected: id === selected },
      ariaLabel: [name, type, states?.[id] && texts.status[states[id]]].filter(Boolean).join(", "),
    }),
  );
  const edges = graph.edges.map(
    ({ id, from, to, state }): Edge => ({
      id,
      source: from,
      target: to,
      animated: states?.[to] === "running",
      markerEnd: { type: MarkerType.ArrowClosed },
      focusable: false,
      className: state ? `graph-edge-${toneOf(state)}` : "",
    }),
  );
  return (
    <section ref={frame} className="graph" aria-label={workflowTexts.graph}>
      {view && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          defaultViewport={view}
          minZoom={0.1}
          nodesDraggable={false}
          nodesConnectable={false}
          deleteKeyCode={null}
          preventScrolling={false}
          zoomOnScroll={false}
          onNodeClick={(_event, { id }) => onSelect?.(id)}
          onSelectionChange={({ nodes: [chosen] }) => chosen && onSelect?.(chosen.id)}
          proOptions={{ hideAttribution: true }}
        >
          <Background />
          <Controls showInteractive={false} fitViewOptions={{ maxZoom: 1, padding: 0.15 }} />
        </ReactFlow>
      )}
    </section>
  );
}

function placesOf({ nodes, edges }: Graph) {
  return layOut(
    nodes.map(({ id }) => ({ id, ...nodeSize })),
    edges,
  );
}

function StepNode({ data }: NodeProps<Node<NodeData>>) {
  const { name, type, kind, state, selected } = data;
  return (
    <div className="graph-node" data-tone={state && toneOf(state)} data-selected={selected}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <NodeIcon type={type} />
      <div>
        <b>{name}</b>
        {state ? <StateBadge state={state} /> : <span className="soft">{kind}</span>}
      </div>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}
