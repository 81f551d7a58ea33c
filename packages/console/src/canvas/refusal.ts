import { dataTypeFits, dataTypeOf } from "@noxus/contracts/data-types";
import { texts } from "../texts/canvas.ts";
import { type Definition, type NodeTypes, type Port, titleOf, typeOfNode } from "./definition.ts";
import { dependenciesOf, wiresOf } from "./wires.ts";

/** Why two connectors cannot be joined, for the person who drags; undefined where they can. */
export function refusalOf(
  definition: Definition,
  types: NodeTypes,
  from: Port,
  to: Port,
): string | undefined {
  if (from.node === to.node) return texts.refusal.itself;
  const known = wiresOf(definition, types).some((wire) => samePort(wire.from, from) && samePort(wire.to, to));
  if (known) return texts.refusal.known;
  return circleOf(definition, types, from.node, to.node) ?? mismatchOf(definition, types, from, to);
}

function samePort(one: Port, other: Port): boolean {
  return one.node === other.node && one.connector === other.connector && one.key === other.key;
}

/** A way from the target back to the source would become a circle. */
function circleOf(
  definition: Definition,
  types: NodeTypes,
  source: string,
  target: string,
): string | undefined {
  const needs = dependenciesOf(definition, types);
  const way = wayBack(needs, source, target);
  if (!way) return undefined;
  const titles = new Map(definition.nodes.map((node) => [node.id, titleOf(node, types)]));
  return texts.refusal.circle([...way, source].map((id) => titles.get(id) ?? id));
}

/** The nodes from `source` back to `target` by what each needs, first to last; undefined where there is no way. */
function wayBack(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  source: string,
  target: string,
): string[] | undefined {
  const open: string[][] = [[source]];
  const seen = new Set([source]);
  for (let way = open.shift(); way; way = open.shift()) {
    const [first = ""] = way;
    if (first === target) return [source, ...way.slice(0, -1)];
    for (const next of needs.get(first) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push([next, ...way]);
    }
  }
  return undefined;
}

function mismatchOf(definition: Definition, types: NodeTypes, from: Port, to: Port): string | undefined {
  const typeOf = (port: Port, side: "inputs" | "outputs") => {
    const node = definition.nodes.find(({ id }) => id === port.node);
    const connectors = (node && typeOfNode(node, types)?.[side]) ?? [];
    return dataTypeOf(connectors.find(({ name }) => name === port.connector));
  };
  const [given, wanted] = [typeOf(from, "outputs"), typeOf(to, "inputs")];
  if (given === undefined || wanted === undefined || dataTypeFits(given, wanted)) return undefined;
  return texts.refusal.types(from.connector, given, to.connector, wanted);
}
