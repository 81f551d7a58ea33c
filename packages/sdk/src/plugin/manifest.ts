import type { Plugin } from "./define-plugin.ts";
import { extensions } from "./extensions.ts";

/** The manifest: what the plugin says it is and offers. `dependencies` are for show, e.g. `sharp@^0.34.0`. */
export function manifestOf(plugin: Plugin, dependencies: readonly string[] = []): Record<string, unknown> {
  return {
    name: plugin.name,
    display_name: plugin.displayName,
    version: plugin.version,
    description: plugin.description,
    category: plugin.category ?? "other",
    author: plugin.author,
    dependencies: [...dependencies],
    config: plugin.config.serialize(),
    execution: "runtime",
    image: null,
    endpoint: null,
    execution_slots: plugin.executionSlots ?? 1,
    setup_command: plugin.setupCommand ?? null,
    nodes: nodesOf(plugin, 1),
    nodes_v2: nodesOf(plugin, 2),
    integrations: plugin.integrations.map((integration) => integration.definition()),
    triggers: plugin.triggers.map((trigger) => trigger.definition()),
    datasources: plugin.datasources.map((datasource) => datasource.definition()),
    extensions,
  };
}

function nodesOf({ nodes }: Plugin, version: 1 | 2): object[] {
  return nodes.filter((node) => node.version === version).map((node) => node.definition());
}
