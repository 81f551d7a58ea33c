import type { NodeDefinition } from "@noxus/contracts";
import type { Queries } from "@noxus/database";
import { createRegistry, type NodeRegistry, type RegistryPlugin } from "@noxus/workflow";
import { isNameTaken } from "../plugins/plugin-name.ts";
import { listPlugins } from "../plugins/plugin-store.ts";
import { readStates, speakerOf } from "../plugins/plugin-view.ts";

/**
 * The node types that workflows may use: built-in ones and those of installed plugins, whether their processes run or
 * not. Where two offer one type, the plugin that was installed first keeps it.
 */
export async function loadRegistry(db: Queries): Promise<NodeRegistry> {
  return createRegistry(await registryPlugins(db));
}

async function registryPlugins(db: Queries): Promise<RegistryPlugin[]> {
  const rows = await listPlugins(db);
  return rows.flatMap((row) =>
    row.manifest && !isNameTaken(row) ? [{ id: row.id, name: row.name, manifest: row.manifest }] : [],
  );
}

/** Every node as clients read it, with the plugin that it comes from and whether it can be called now. */
export async function listNodes(db: Queries, staleMs: number): Promise<NodeDefinition[]> {
  const plugins = await registryPlugins(db);
  const states = await readStates(
    db,
    plugins.map(({ id }) => id),
    staleMs,
  );
  const runs = (pluginId: string) => {
    const speaker = speakerOf(states.get(pluginId) ?? []);
    return speaker?.alive === true && ["running", "missing_config"].includes(speaker.report.status);
  };
  const registry = createRegistry(plugins);
  return registry.types().flatMap((type) => {
    const node = registry.find(type);
    return node ? [toNode(node.definition, node.plugin, node.plugin ? runs(node.plugin.id) : true)] : [];
  });
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

function completeFields(fields: NodeDefinition["config"]): NodeDefinition["config"] {
  const complete = Object.entries(fields).map(([name, field]) => [
    name,
    {
      ...field,
      type: field.type ?? "Any",
      description: field.description ?? "",
      visible: field.visible ?? true,
      optional: field.optional ?? false,
      default: field.default ?? null,
    },
  ]);
  return Object.fromEntries(complete);
}
