import type { RegistryNode } from "../api/queries.ts";
import type { FullRun } from "../api/runs.ts";
import type { TrialValues } from "../nodes/try-dialog.tsx";
import { type Definition, type DefinitionNode, isV2 } from "./definition.ts";
import { parseReference, withoutReferences } from "./references.ts";

/**
 * What a node of a workflow would be tried with: its configuration, the inputs of the workflow's last run, and the last
 * run's values where the configuration refers to other nodes, since alone it can refer to none.
 */
export function trialOf(
  node: DefinitionNode,
  type: RegistryNode,
  definition: Definition,
  lastRun: Pick<FullRun, "nodes"> | undefined,
): TrialValues {
  const inputNames = new Set(type.inputs.map(({ name }) => name));
  const isInput = (name: string) => inputNames.has(name) && !(name in type.config);
  const lookUp = lookUpIn(definition, outputsByNode(lastRun));
  const settle = (value: unknown) => (isV2(definition) ? withoutReferences(value, lookUp) : value);
  const written = Object.entries(node.node_config ?? {})
    .filter(([name]) => !name.startsWith("__"))
    .map(([name, value]) => [name, settle(value)] as const)
    .filter(([, value]) => value !== undefined);
  return {
    inputs: {
      ...Object.fromEntries(written.filter(([name]) => isInput(name))),
      ...fixedInputs(node),
      ...lastInputs(node, inputNames, lastRun),
    },
    config: Object.fromEntries(written.filter(([name]) => !isInput(name))),
  };
}

/** The first form's values of inputs that nothing is connected to. */
function fixedInputs({ inputs }: DefinitionNode): Record<string, unknown> {
  if (!Array.isArray(inputs)) return {};
  const fixed = inputs as { name?: string; fixed_value?: unknown }[];
  return Object.fromEntries(
    fixed.flatMap(({ name, fixed_value }) =>
      name !== undefined && fixed_value !== undefined && fixed_value !== null ? [[name, fixed_value]] : [],
    ),
  );
}

function lastInputs(
  { id }: DefinitionNode,
  names: ReadonlySet<string>,
  lastRun: Pick<FullRun, "nodes"> | undefined,
): Record<string, unknown> {
  const last = lastRun?.nodes.findLast(({ node_id }) => node_id === id)?.inputs;
  return Object.fromEntries(Object.entries(last ?? {}).filter(([name]) => names.has(name)));
}

type Outputs = ReadonlyMap<string, Record<string, unknown>>;

function outputsByNode(lastRun: Pick<FullRun, "nodes"> | undefined): Outputs {
  const ended = lastRun?.nodes.flatMap(({ node_id, outputs }) =>
    typeof outputs === "object" && outputs !== null
      ? [[node_id, outputs as Record<string, unknown>] as const]
      : [],
  );
  return new Map(ended);
}

/** Undefined where nobody knows the value. */
function lookUpIn({ nodes }: Definition, outputs: Outputs): (reference: string) => unknown {
  const ids = new Set(nodes.map(({ id }) => id));
  return (reference) => {
    const target = parseReference(reference, ids);
    const path = target?.output.split(".") ?? [];
    const start: unknown = target && outputs.get(target.node);
    return path.reduce((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], start);
  };
}
