import type { Connector } from "../plugin/manifest.ts";

/**
 * What an input of a type takes besides its own. Texts stand for what can be written as one, and a File may be an image
 * or a sound. Whatever is not named here, as `Any` and `Custom`, takes and gives everything.
 */
const takes: Readonly<Record<string, ReadonlySet<string>>> = {
  str: new Set(["str", "number", "bool", "datetime", "dict"]),
  number: new Set(["number", "bool", "str"]),
  bool: new Set(["bool", "number", "str"]),
  datetime: new Set(["datetime", "number", "str"]),
  dict: new Set(["dict"]),
  File: new Set(["File", "Image", "Audio"]),
  Image: new Set(["Image", "File"]),
  Audio: new Set(["Audio", "File"]),
};

/** Other words for the same. */
const synonyms: Readonly<Record<string, string>> = { int: "number", float: "number", text: "str" };

/** The one word for a data type that has several. */
function plainDataType(type: string): string {
  return synonyms[type] ?? type;
}

/** Whether an input of the type `wanted` takes what an output of the type `given` gives; unknown types fit all. */
export function dataTypeFits(given: string, wanted: string): boolean {
  const [from, to] = [plainDataType(given), plainDataType(wanted)];
  return !(from in takes) || takes[to]?.has(from) !== false;
}

/** Their type is the one on the label; those of other kinds are chosen for each node, and left to it. */
const plainKinds: ReadonlySet<string> = new Set(["connector", "input", "output"]);

/** A connector's data type in the plain word; undefined where it has none, or it is chosen for each node. */
export function dataTypeOf(connector: Connector | undefined): string | undefined {
  if (!connector || !plainKinds.has(connector.type ?? "connector")) return undefined;
  const type = connector.definition?.data_type;
  return type === undefined ? undefined : plainDataType(type);
}
