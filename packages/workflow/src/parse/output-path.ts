import { ON_ERROR } from "@noxus/contracts";
import type { RegisteredNode } from "../registry/registry.ts";
import { isVariable } from "./parsing.ts";

/**
 * Where the output that a V2 reference names lies among a node's outputs: an output's name, with keys inside its
 * value after dots; `<connector>__<key>`; or a key that a variable output has. Undefined where the node has no such.
 */
export function outputPath(name: string, { definition }: RegisteredNode): readonly string[] | undefined {
  const { outputs } = definition;
  if (name === ON_ERROR || outputs.length === 0 || outputs.some((output) => output.name === name))
    return [name];
  const [connector = "", key] = splitOnce(name, "__");
  if (key && outputs.some((output) => output.name === connector)) return [connector, key];
  const [first = "", ...rest] = name.split(".");
  if (rest.length > 0 && outputs.some((output) => output.name === first)) return [first, ...rest];
  const keyed = outputs.filter((output) => isVariable(output) || output.name === "outputs");
  return keyed.length === 1 && keyed[0] ? [keyed[0].name, name] : undefined;
}

/** The text before and after the first separator; the second is undefined where there is none. */
export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
