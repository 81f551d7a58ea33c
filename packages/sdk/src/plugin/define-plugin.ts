import { type Config, type ConfigInput, configOf } from "../config/config.ts";
import type { Datasource } from "../datasources/define-datasource.ts";
import type { Integration } from "../integrations/integration.ts";
import type { Node } from "../nodes/node.ts";
import type { Trigger } from "../triggers/define-trigger.ts";

export interface PluginDeclaration {
  /** Its own identifier; two installed plugins cannot share it. */
  name: string;
  displayName: string;
  /** Semantic, e.g. "1.2.0". */
  version: string;
  description: string;
  author: string;
  category?: "general" | "document" | "other";
  /** What an operator sets once for all its nodes. */
  config?: ConfigInput;
  nodes?: readonly Node[];
  integrations?: readonly Integration[];
  triggers?: readonly Trigger[];
  datasources?: readonly Datasource[];
  /** Its share of the machine: 1 slot is an eighth of a core and 256 MiB; default 1. */
  executionSlots?: number;
  /** A shell command, run once after the dependencies; must bear being run again. */
  setupCommand?: string;
}

const brand = Symbol.for("noxus.plugin");

/** A plugin: what its main file exports as default. */
export interface Plugin extends Omit<PluginDeclaration, "config"> {
  readonly [brand]: true;
  readonly config: Config<unknown>;
  readonly nodes: readonly Node[];
  readonly integrations: readonly Integration[];
  readonly triggers: readonly Trigger[];
  readonly datasources: readonly Datasource[];
}

/** Puts a plugin together; throws a TypeError that says what does not fit. */
export function definePlugin(declaration: PluginDeclaration): Plugin {
  const { nodes = [], integrations = [], triggers = [], datasources = [] } = declaration;
  const config = configOf(declaration.config);
  const plugin = {
    ...declaration,
    [brand]: true as const,
    config,
    nodes,
    integrations,
    triggers,
    datasources,
  };
  assertSomething(plugin);
  assertUnique(
    "node",
    nodes.map(({ name }) => name),
  );
  assertUnique(
    "integration",
    integrations.map(({ type }) => type),
  );
  assertUnique(
    "trigger",
    triggers.map(({ name }) => name),
  );
  assertUnique(
    "datasource",
    datasources.map(({ name }) => name),
  );
  for (const part of [...nodes, ...triggers, ...datasources]) assertSameConfig(part, declaration.config);
  return plugin;
}

/** Known by a mark and not by a class: a plugin and the command may each have a copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && brand in value;
}

function assertSomething({ name, nodes, integrations, triggers, datasources }: Plugin): void {
  if (nodes.length + integrations.length + triggers.length + datasources.length > 0) return;
  throw new TypeError(`The plugin "${name}" needs at least one node, integration, trigger or datasource.`);
}

function assertUnique(kind: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TypeError(`There are two ${kind}s named "${twice}": each needs its own.`);
}

interface Configured {
  kind: string;
  name: string;
  pluginConfig: Config<unknown> | undefined;
}

/** A part that is typed by another configuration than the plugin's would read values that never come. */
function assertSameConfig({ kind, name, pluginConfig }: Configured, config: ConfigInput | undefined): void {
  if (!pluginConfig || pluginConfig.fields === configOf(config).fields) return;
  throw new TypeError(
    `The ${kind} "${name}" names another pluginConfig than the plugin's config: give both the one that defineConfig made.`,
  );
}
