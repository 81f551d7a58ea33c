import { IconAlertTriangle } from "@tabler/icons-react";
import { Handle, type Node, type NodeProps, Position, useUpdateNodeInternals } from "@xyflow/react";
import { useEffect } from "react";
import { NodeIcon } from "../nodes/node-icon.tsx";
import { handleOf, type PortRow } from "./ports.ts";

/** Of lines that say only an order. */
const orderHandle = handleOf({ connector: "" });

export interface CardData extends Record<string, unknown> {
  title: string;
  type: string;
  /** The type as people call it. */
  kind: string;
  inputs: PortRow[];
  outputs: PortRow[];
  /** The second form: lines without a value, to and from the card's head. */
  order: boolean;
  problems: string[];
}

export type CardNode = Node<CardData, "card">;

/** A node as a card: its name, and a row for each connector with the type that flows there. */
export function NodeCard({ id, data }: NodeProps<CardNode>) {
  const { title, type, kind, inputs, outputs, order, problems } = data;
  const update = useUpdateNodeInternals();
  const handles = [...inputs, ...outputs].map(({ port }) => handleOf(port)).join();
  useEffect(() => {
    if (handles !== "") update(id);
  }, [id, handles, update]);
  return (
    <div className="canvas-card" data-wrong={problems.length > 0 || undefined}>
      <div className="canvas-card-head">
        {order && <Handle type="target" position={Position.Left} id={orderHandle} />}
        <NodeIcon type={type} />
        <span className="canvas-card-title">{title}</span>
        <span className="canvas-card-type">{kind}</span>
        {problems.length > 0 && (
          <span className="canvas-card-problem" title={problems.join("\n")}>
            <IconAlertTriangle size={16} aria-hidden />
            {problems.length}
          </span>
        )}
        {order && <Handle type="source" position={Position.Right} id={orderHandle} />}
      </div>
      <div className="canvas-card-rows">
        <ul>
          {inputs.map((row) => (
            <Row key={handleOf(row.port)} row={row} side="inputs" />
          ))}
        </ul>
        <ul>
          {outputs.map((row) => (
            <Row key={handleOf(row.port)} row={row} side="outputs" />
          ))}
        </ul>
      </div>
    </div>
  );
}

function Row({ row: { port, label, type, adds }, side }: { row: PortRow; side: "inputs" | "outputs" }) {
  const isInput = side === "inputs";
  return (
    <li className="canvas-row" data-adds={adds}>
      <Handle
        type={isInput ? "target" : "source"}
        position={isInput ? Position.Left : Position.Right}
        id={handleOf(port)}
      />
      <span>{adds ? `+ ${label}` : label}</span>
      {type && <span className="canvas-row-type">{type}</span>}
    </li>
  );
}
