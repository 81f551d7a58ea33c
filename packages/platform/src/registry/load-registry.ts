import type { NodeDefinition } from "@noxus/contracts";
import { plugins, type Queries } from "@noxus/database";
import { isNull, sql } from "@noxus/database/sql";
import { createRegistry, type NodeRegistry, type RegistryPlugin } from "@noxus/workflow";
import { isNameTaken } from "../plugins/plugin-name.ts";
import { listPlugins } from "../plugins/plugin-store.ts";
import { readStates, speakerOf } from "../plugins/plugin-view.ts";

/**
 * The node types that workflows may use: built-in ones and those of installed plugins, whether their processes run or
 * not. Where two offer one type, the plugin that was installed first keeps it.
 *
 * Manifests are large and seldom change: they are read again only where a plugin's row has been written since, which
 * every call asks for. So the answer is never older than the call.
 */
export function createNodeRegistry(db: Queries): () => Promise<NodeRegistry> {
  let kept: { stamp: string; registry: NodeRegistry } | undefined;
  return async () => {
    const stamp = await readStamp(db);
    // Of two calls that read side by side the older may end last; then the next call reads once more.
    if (kept?.stamp !== stamp) kept = { stamp, registry: createRegistry(await registryPlugins(db)) };
    return kept.registry;
  };
}

/** `xmin` changes with every write to a row, whoever wrote it and whatever changed. */
async function readStamp(db: Queries): Promise<string> {
  const [row] = await db
    .select({
      stamp: sql<
        string | null
      >`string_agg(${plugins.id}::text || ${plugins}.xmin::text, ',' order by ${plugins.id})`,
    })
    .from(plugins)
    .where(isNull(plugins.deletedAt));
  return row?.stamp ?? "";
}

async function registryPlugins(db: Queries): Promise<RegistryPlugin[]> {
  const rows = await listPlugins(db);
  return rows.flatMap((row) =>
    row.manifest && !isNameTaken(row) ? [{ id: row.id, name: row.name, manifest: row.manifest }] : [],
  );
}

/** Every node as clients read it, with the plugin that it comes from and whether it can be called now. */
export async function listNodes(
  db: Queries,
  registry: NodeRegistry,
  staleMs: number,
): Promise<NodeDefinition[]> {
  return presentNodes(registry, await runningPlugins(db, registry, staleMs));
}

/** Ids of the plugins whose nodes can be called now. */
export async function runningPlugins(
  db: Queries,
  registry: NodeRegistry,
  staleMs: number,
): Promise<ReadonlySet<string>> {
  const ids = [...new Set(registry.types().flatMap((type) => registry.find(type)?.plugin?.id ?? []))];
  const states = await readStates(db, ids, staleMs);
  return new Set(
    ids.filter((id) => {
      const speaker = speakerOf(states.get(id) ?? []);
      return speaker?.alive === true && ["running", "missing_config"].includes(speaker.report.status);
    }),
  );
}

/** Every node as clients read it, told which plugins run. */
export function presentNodes(registry: NodeRegistry, running: ReadonlySet<string>): NodeDefinition[] {
  const nodes = registry.types().flatMap((type) => registry.find(type) ?? []);
  return nodes.map(({ definition, plugin }) => toNode(definition, plugin, !plugin || running.has(plugin.id)));
}

/** The published clients read these keys without asking whether they are there. */
function toNode(
  definition: NodeDefinition,
  plugin: { id: string; name: string } | undefined,
  runs: boolean,
): NodeDefinition {
  return {
    ...definition,
    title: definition.title ?? definition.type,
    description: definition.description ?? "",
    integrations: definition.integrations ?? [],
    inputs: definition.inputs.map((input) => ({ ...input, type: input.type ?? "connector" })),
    outputs: definition.outputs.map((output) => ({ ...output, type: output.type ?? "connector" })),
    config: completeFields(definition.config),
    config_endpoint: definition.config_endpoint ?? null,
    visible: definition.visible ?? true,
    is_available: runs && definition.is_available !== false,
    ...(plugin && { plugin_id: plugin.id, plugin_name: plugin.name }),
  };
}

/**
 * A field's type is the name of whatever Python class its author wrote. The published clients know these and refuse
 * the whole list, and so to start at all, for one other.
 */
const clientTypes: ReadonlySet<string> = new Set([
  ...["int", "float", "bool", "dict", "str", "list", "Any"],
  ...["Image", "Audio", "File", "Quote", "Custom", "GoogleSheet", "SourceType"],
]);

function completeFields(fields: NodeDefinition["config"]): NodeDefinition["config"] {
  const complete = Object.entries(fields).map(([name, field]) => [
    name,
    {
      ...field,
      type: clientTypes.has(field.type ?? "") ? field.type : "Any",
      description: field.description ?? "",
      visible: field.visible ?? true,
      optional: field.optional ?? false,
      default: field.default ?? null,
    },
  ]);
  return Object.fromEntries(complete);
}
