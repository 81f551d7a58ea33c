import type { ConfigResponse } from "@noxus/contracts";
import type { RegistryNode } from "../api/queries.ts";
import { askedOf, isComputed } from "../nodes/live-fields.ts";
import type { Connector } from "./connectors.ts";
import { type Definition, isV2, type NodeTypes } from "./definition.ts";

/** What a plugin is to be asked of its nodes, and for which of them the answer counts. */
export interface Question {
  type: RegistryNode;
  /** JSON of the values. */
  asked: string;
  /** Ids of the nodes that have these values. */
  nodes: string[];
}

/** Opening a large workflow must not keep its plugins busy; the form of a node that is chosen asks in any case. */
const questionsAtMost = 60;

/** Nodes that are alike are one question. The second form has no place for connectors of a node's own. */
export function questionsOf(definition: Definition, declared: NodeTypes): Question[] {
  if (isV2(definition)) return [];
  const questions = new Map<string, Question>();
  for (const { id, type: name, node_config } of definition.nodes) {
    const type = declared.get(name);
    if (!type || !isComputed(type)) continue;
    const asked = askedOf(type, node_config ?? {});
    const known = questions.get(`${name} ${asked}`);
    if (known) known.nodes.push(id);
    else questions.set(`${name} ${asked}`, { type, asked, nodes: [id] });
  }
  return [...questions.values()].slice(0, questionsAtMost);
}

/** The nodes whose plugin answers other connectors than declared, by `#<id>`; what is not answered yet stays as before. */
export function answeredTypes(
  before: ReadonlyMap<string, RegistryNode>,
  questions: readonly Question[],
  answers: readonly (ConfigResponse | undefined)[],
): ReadonlyMap<string, RegistryNode> {
  const after = new Map<string, RegistryNode>();
  for (const [index, { type, nodes }] of questions.entries())
    for (const id of nodes) {
      const known = answered(type, answers[index], before.get(`#${id}`));
      if (known && known !== type) after.set(`#${id}`, known);
    }
  return isSame(before, after) ? before : after;
}

function isSame(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): boolean {
  return before.size === after.size && [...after].every(([id, type]) => before.get(id) === type);
}

/** The type itself where its connectors are as declared, and what was known where they have not changed since. */
function answered(
  type: RegistryNode,
  answer: ConfigResponse | undefined,
  before: RegistryNode | undefined,
): RegistryNode | undefined {
  if (!answer) return before;
  const { inputs, outputs } = { ...type, ...connectorsOf(answer) };
  const now = { ...type, inputs, outputs };
  return [type, before].find((one) => one && shownOf(one) === shownOf(now)) ?? now;
}

/** Older SDKs may leave them out. */
function connectorsOf({ inputs, outputs }: Partial<ConfigResponse>): Partial<RegistryNode> {
  return { ...(Array.isArray(inputs) && { inputs }), ...(Array.isArray(outputs) && { outputs }) };
}

/** What the canvas shows of a node's connectors. */
function shownOf({ inputs, outputs }: RegistryNode): string {
  const shown = ({ name, label, type, definition }: Connector) => [
    name,
    label ?? name,
    type,
    definition?.data_type,
    definition?.is_list ?? false,
  ];
  return JSON.stringify([inputs.map(shown), outputs.map(shown)]);
}
