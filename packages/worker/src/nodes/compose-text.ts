import { toText } from "@noxus/workflow";
import type { NodeExecutor } from "./node-call.ts";

const placeholder = /\(\(([^()]+)\)\)/g;

/**
 * Fills `((Key))` with the variable of that key. A key that is connected but has no value (a branch not taken) gives
 * an empty text; a placeholder that is no key stays as it is.
 */
export const executeComposeText: NodeExecutor = ({ node, inputs, config }) => {
  const variables = (inputs.variables ?? {}) as Record<string, unknown>;
  const keys = new Set([...node.inputs.map(({ key }) => key), ...Object.keys(variables)]);
  const fill = (whole: string, name: string) =>
    keys.has(name.trim()) ? toText(variables[name.trim()]) : whole;
  return { output: toText(config.template).replaceAll(placeholder, fill) };
};

/** V2: the references inside the template are filled before the node is called. */
export const executeCombineText: NodeExecutor = ({ inputs }) => ({ output: toText(inputs.template) });
