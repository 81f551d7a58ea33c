import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ConfigFields, Manifest, NodeDefinition } from "@noxus/contracts";
import type { AuthorProject } from "../author/project.ts";
import { atStartOf, type Finding, finding } from "./finding.ts";
import type { SourcePlaces } from "./source-places.ts";

/** What can be said of a plugin by what it says of itself when it runs. */
export async function checkManifest(
  project: AuthorProject,
  manifest: Manifest,
  places: SourcePlaces,
): Promise<Finding[]> {
  const nodes = nodesOf(manifest);
  return [
    ...checkIdentity(project, manifest, places),
    ...checkRepeated(nodes, places),
    ...nodes.flatMap((node) => checkNode(node, manifest, places)),
    ...checkSecrets(manifest, places),
    ...(await checkManifestFile(project, manifest)),
  ];
}

/** Nodes of both versions. */
export function nodesOf({ nodes, nodes_v2 }: Manifest): NodeDefinition[] {
  return [...nodes, ...(nodes_v2 ?? [])];
}

function checkIdentity(project: AuthorProject, manifest: Manifest, places: SourcePlaces): Finding[] {
  const { name, version, projectFile } = project;
  const found: Finding[] = [];
  if (manifest.version !== version)
    found.push(
      finding(
        "version-differs",
        `The plugin says version ${manifest.version}, and ${projectFile} ${version}.`,
        places.find(manifest.version),
      ),
    );
  if (manifest.name !== name)
    found.push(
      finding(
        "name-differs",
        `The plugin calls itself ${manifest.name}, and ${projectFile} calls it ${name}.`,
        places.find(manifest.name),
      ),
    );
  const parts = [nodesOf(manifest), manifest.integrations, manifest.triggers, manifest.datasources];
  if (parts.every((list) => !list?.length))
    found.push(
      finding(
        "node-missing",
        "The plugin offers nothing that a workflow could use.",
        places.find(manifest.name),
      ),
    );
  return found;
}

function checkRepeated(nodes: readonly NodeDefinition[], places: SourcePlaces): Finding[] {
  return repeatedIn(nodes.map(({ type }) => type)).map((type) =>
    finding("node-repeated", `More than one node is named ${type}.`, places.find(type)),
  );
}

function repeatedIn(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

/** What `Connector.definition.data_type` may be, in any published release. */
const dataTypes = new Set([
  ...[
    "str",
    "dict",
    "list",
    "File",
    "Image",
    "Audio",
    "Quote",
    "Custom",
    "Chat",
    "number",
    "bool",
    "datetime",
  ],
  ...["int", "float", "Any", "GoogleSheet", "SourceType"],
]);

function checkNode(node: NodeDefinition, manifest: Manifest, places: SourcePlaces): Finding[] {
  const { type, title, description, inputs, outputs } = node;
  const found: Finding[] = [];
  if (!title?.trim() || !description?.trim())
    found.push(
      finding(
        "node-undescribed",
        `${type} has no ${title?.trim() ? "description" : "title"}.`,
        places.find(type),
      ),
    );
  for (const [side, connectors] of [
    ["input", inputs],
    ["output", outputs],
  ] as const) {
    for (const name of repeatedIn(connectors.map((one) => one.name)))
      found.push(
        finding(
          "connector-repeated",
          `${type} has more than one ${side} named ${name}.`,
          places.find(type, name),
        ),
      );
    for (const { name, definition } of connectors) {
      const dataType = definition?.data_type;
      if (dataType && !dataTypes.has(dataType))
        found.push(
          finding(
            "connector-type-unknown",
            `The ${side} ${name} of ${type} is of the type ${dataType}. Types are: ${[...dataTypes].join(", ")}.`,
            places.find(type, name),
          ),
        );
    }
  }
  return [...found, ...checkIntegrations(node, manifest, places)];
}

function checkIntegrations(
  { type, integrations }: NodeDefinition,
  manifest: Manifest,
  places: SourcePlaces,
): Finding[] {
  const known = new Set((manifest.integrations ?? []).map((integration) => integration.type));
  return (integrations ?? [])
    .map((one) => [one].flat())
    .filter((choice) => choice.length > 0 && !choice.some((name) => known.has(name)))
    .map((choice) =>
      finding(
        "integration-undefined",
        `${type} needs ${choice.join(" or ")}, which this plugin does not define.`,
        places.find(type, choice[0] ?? ""),
      ),
    );
}

const secretName = /(^|_)(password|secret|token|api_?key|private_key)$/i;
const hidingDisplays = new Set(["password", "api_key"]);

/** A field that is never shown, or has no display, cannot be read. */
function checkSecrets(manifest: Manifest, places: SourcePlaces): Finding[] {
  const forms: [owner: string, fields: ConfigFields][] = [
    ["The plugin", manifest.config ?? {}],
    ...(manifest.integrations ?? []).map(({ type, config }): [string, ConfigFields] => [type, config ?? {}]),
    ...nodesOf(manifest).map(({ type, config }): [string, ConfigFields] => [type, config]),
  ];
  return forms.flatMap(([owner, fields]) =>
    Object.entries(fields)
      .filter(
        ([name, { display, visible }]) =>
          secretName.test(name) && visible !== false && display?.type && !hidingDisplays.has(display.type),
      )
      .map(([name, { display }]) =>
        finding(
          "secret-shown",
          `${owner} asks for ${name} in a field that shows it (${display?.type}).`,
          places.find(name),
        ),
      ),
  );
}

async function checkManifestFile({ folder }: AuthorProject, manifest: Manifest): Promise<Finding[]> {
  const text = await readFile(join(folder, "manifest.json"), "utf8").catch(() => undefined);
  if (text === undefined || isSame(text, manifest)) return [];
  return [
    finding(
      "manifest-stale",
      "manifest.json is not what the running plugin says.",
      atStartOf("manifest.json"),
    ),
  ];
}

function isSame(text: string, manifest: Manifest): boolean {
  try {
    return isDeepStrictEqual(ofPlugin(JSON.parse(text)), ofPlugin(JSON.parse(JSON.stringify(manifest))));
  } catch {
    return false;
  }
}

/** Extensions are what the SDK of the moment can do: a newer one makes no manifest stale. */
function ofPlugin({ extensions: _ofTheSdk, ...manifest }: Record<string, unknown>): Record<string, unknown> {
  return manifest;
}
