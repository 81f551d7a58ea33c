import type { Connector, Manifest, NodeDefinition } from "@noxus/contracts";
import { nodesOf } from "./check-manifest.ts";
import { type Finding, finding, type Position } from "./finding.ts";
import type { Rule } from "./rules.ts";
import type { SourcePlaces } from "./source-places.ts";

type Note = (rule: Rule, message: string, position: Position) => void;

/**
 * What workflows that use the published version would lose with this one. Where the first number of the version was raised
 * (of 0.x versions the second) it is meant to break them, and said as a warning.
 */
export function checkCompatibility(published: Manifest, manifest: Manifest, places: SourcePlaces): Finding[] {
  const found: Finding[] = [];
  const note: Note = (rule, message, position) => found.push(finding(rule, message, position));
  compareNodes(published, manifest, { note, places });
  compareIntegrations(published, manifest, { note, places });
  compareSettings("The plugin", published.config ?? {}, manifest.config ?? {}, {
    note,
    at: (name) => places.find(name),
  });
  const mayBreak = breakingPart(manifest.version) !== breakingPart(published.version);
  const breaking = mayBreak ? found.map((one) => ({ ...one, severity: "warning" as const })) : found;
  return [...breaking, ...checkVersion(published, manifest, places)];
}

function breakingPart(version: string): string {
  const [first = "0", second = "0"] = version.split(".");
  return first === "0" ? `0.${second}` : first;
}

/** The same version may be validated again as long as nothing in it was changed. */
function checkVersion(published: Manifest, manifest: Manifest, places: SourcePlaces): Finding[] {
  if (published.version !== manifest.version || JSON.stringify(published) === JSON.stringify(manifest))
    return [];
  return [
    finding(
      "version-not-raised",
      `Version ${manifest.version} is published, and was another plugin.`,
      places.find(manifest.version),
    ),
  ];
}

interface Notes {
  note: Note;
  places: SourcePlaces;
}

function compareNodes(published: Manifest, manifest: Manifest, { note, places }: Notes): void {
  const now = new Map(nodesOf(manifest).map((node) => [node.type, node]));
  for (const before of nodesOf(published)) {
    const after = now.get(before.type);
    if (after) compareNode(before, after, { note, places });
    else note("node-removed", `The node ${before.type} is gone.`, places.find(manifest.name));
  }
}

function compareNode(before: NodeDefinition, after: NodeDefinition, { note, places }: Notes): void {
  const { type } = after;
  const at = (name: string) => places.find(type, name);
  const inputs = new Map(after.inputs.map((input) => [input.name, input]));
  const outputs = new Map(after.outputs.map((output) => [output.name, output]));
  for (const input of before.inputs) {
    const same = inputs.get(input.name);
    if (!same) note("input-removed", `The input ${input.name} of ${type} is gone.`, places.find(type));
    else if (typeOf(same) !== typeOf(input))
      note(
        "type-changed",
        `The input ${input.name} of ${type} was ${typeOf(input)} and is ${typeOf(same)}.`,
        at(input.name),
      );
    else if (input.optional && !same.optional)
      note("input-required", `The input ${input.name} of ${type} was optional.`, at(input.name));
  }
  const known = new Set(before.inputs.map(({ name }) => name));
  for (const { name, optional } of after.inputs)
    if (!known.has(name) && !optional)
      note("input-required", `${type} has a new input, ${name}, that must be given.`, at(name));
  for (const output of before.outputs) {
    const same = outputs.get(output.name);
    if (!same) note("output-removed", `The output ${output.name} of ${type} is gone.`, places.find(type));
    else if (typeOf(same) !== typeOf(output))
      note(
        "type-changed",
        `The output ${output.name} of ${type} was ${typeOf(output)} and is ${typeOf(same)}.`,
        at(output.name),
      );
  }
  compareSettings(type, before.config, after.config, { note, at });
}

function typeOf({ definition }: Connector): string {
  const { data_type = "Any", is_list = false } = definition ?? {};
  return is_list ? `list of ${data_type}` : data_type;
}

function compareIntegrations(published: Manifest, manifest: Manifest, { note, places }: Notes): void {
  const now = new Map((manifest.integrations ?? []).map((integration) => [integration.type, integration]));
  for (const { type, config } of published.integrations ?? []) {
    const after = now.get(type);
    if (!after)
      note(
        "integration-removed",
        `The integration ${type} is gone, and with it the stored credentials.`,
        places.find(manifest.name),
      );
    else
      compareSettings(type, config ?? {}, after.config ?? {}, {
        note,
        at: (name) => places.find(type, name),
      });
  }
}

type Fields = NodeDefinition["config"];

function compareSettings(
  owner: string,
  before: Fields,
  after: Fields,
  { note, at }: { note: Note; at: (name: string) => Position },
): void {
  for (const [name, field] of Object.entries(after)) {
    const isRequired = field.optional !== true && (field.default === undefined || field.default === null);
    const was = before[name];
    if (!was && isRequired)
      note("setting-required", `${owner} has a new setting, ${name}, without a default.`, at(name));
    if (was && was.type !== undefined && was.type !== field.type)
      note("type-changed", `The setting ${name} of ${owner} was ${was.type} and is ${field.type}.`, at(name));
  }
}
