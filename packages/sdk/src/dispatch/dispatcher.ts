import { type CallEnvironment, Context } from "../call/context.ts";
import { type Config, openFiles, splitLists } from "../config/config.ts";
import type { Datasource } from "../datasources/define-datasource.ts";
import { ConfigError } from "../errors/config-error.ts";
import { UnknownComponentError } from "../errors/unknown-component-error.ts";
import type { DeviceAuth, Integration } from "../integrations/integration.ts";
import { type NodeForm, readForm } from "../nodes/form.ts";
import type { Node } from "../nodes/node.ts";
import { closeOutputs, openInputs } from "../nodes/values.ts";
import type { LoadedPlugin } from "../plugin/load-plugin.ts";
import { manifestOf } from "../plugin/manifest.ts";
import type { Trigger } from "../triggers/define-trigger.ts";

type JsonObject = Record<string, unknown>;

/** Seconds that polls, fetches and sign-ins may take where the caller names no deadline. */
const otherTimeoutMs = 240_000;

export interface ConfigVerdict {
  valid: boolean;
  errors: string[];
  warnings: string[];
}

/** A plugin's operations, alike over both transports: these only read requests and write answers. */
export class Dispatcher {
  readonly #loaded: LoadedPlugin;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #integrations: ReadonlyMap<string, Integration>;
  readonly #triggers: ReadonlyMap<string, Trigger>;
  readonly #datasources: ReadonlyMap<string, Datasource>;
  #manifest: JsonObject | undefined;

  constructor(loaded: LoadedPlugin) {
    const { nodes, integrations, triggers, datasources } = loaded.plugin;
    this.#loaded = loaded;
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#integrations = new Map(integrations.map((integration) => [integration.type, integration]));
    this.#triggers = new Map(triggers.map((trigger) => [trigger.name, trigger]));
    this.#datasources = new Map(datasources.map((datasource) => [datasource.name, datasource]));
  }

  get pluginName(): string {
    return this.#loaded.plugin.name;
  }

  manifest(): JsonObject {
    this.#manifest ??= manifestOf(this.#loaded.plugin, this.#loaded.dependencies);
    return this.#manifest;
  }

  listNodes(): JsonObject {
    const nodes = [...this.#nodes.values()].map(({ name, description }) => ({
      name,
      class_name: classNameOf(name),
      description,
    }));
    return { plugin: this.pluginName, nodes };
  }

  /** Never throws: what the author's check throws is a reason why the configuration is not valid. */
  validateConfig(given: JsonObject): ConfigVerdict {
    const { config } = this.#loaded.plugin;
    try {
      const { errors = [], warnings = [] } = config.validate(config.parse(given));
      return { valid: errors.length === 0, errors, warnings };
    } catch (error) {
      const kind = error instanceof ConfigError ? "Validation error" : "Unexpected error";
      return { valid: false, errors: [`${kind}: ${(error as Error).message}`], warnings: [] };
    }
  }

  async executeNode(
    name: string,
    environment: CallEnvironment,
    { inputs, config }: { inputs: JsonObject; config: JsonObject },
  ): Promise<{ success: true; outputs: JsonObject }> {
    const node = this.#node(name);
    const ctx = this.#context(node, environment, node.maxTimeoutMs);
    const files = () => ctx.files;
    const { fields } = node.config;
    const settings = openFiles(fields, node.config.parse(splitLists(fields, config)), files);
    const given = { inputs: openInputs(node.inputs, inputs, files), config: settings };
    const outputs = await node.run(ctx, given);
    return { success: true, outputs: closeOutputs(node.outputs, outputs) };
  }

  async nodeConfig(
    name: string,
    environment: CallEnvironment,
    { form, skipCache }: { form: JsonObject; skipCache: boolean },
  ): Promise<NodeForm> {
    const node = this.#node(name);
    const ctx = this.#context(node, environment, node.maxTimeoutMs);
    return await node.form(ctx, readForm(form), { skipCache });
  }

  integrationConfig(name: string): JsonObject {
    return this.#integration(name).config();
  }

  async integrationReady(name: string, stored: JsonObject | null, signal: AbortSignal): Promise<boolean> {
    return this.#integration(name).isReady(stored, signal);
  }

  async deviceAuthStart(name: string, environment: CallEnvironment): Promise<JsonObject> {
    const started = await this.#deviceAuth(name).start(this.#contextOf(name, environment));
    return {
      session_id: started.sessionId,
      verification_url: started.verificationUrl,
      user_code: started.userCode,
      expires_in_seconds: started.expiresInSeconds ?? 900,
      poll_interval_seconds: started.pollIntervalSeconds ?? 3,
    };
  }

  async deviceAuthPoll(name: string, environment: CallEnvironment, sessionId: string): Promise<JsonObject> {
    const polled = await this.#deviceAuth(name).poll(this.#contextOf(name, environment), sessionId);
    const { status, credentials = null, error = null } = polled;
    return { status, credentials, error };
  }

  async pollTrigger(
    name: string,
    environment: CallEnvironment,
    { config, state }: { config: JsonObject; state: JsonObject },
  ): Promise<JsonObject> {
    const trigger = found(this.#triggers, "Trigger", name);
    const ctx = this.#context(trigger, environment, otherTimeoutMs);
    const settings = openFiles(trigger.config.fields, trigger.config.parse(config), () => ctx.files);
    const { events, state: next } = await trigger.poll(ctx, { config: settings, state });
    return { events, state: next };
  }

  async fetchDatasource(name: string, environment: CallEnvironment, config: JsonObject): Promise<JsonObject> {
    const datasource = found(this.#datasources, "Datasource", name);
    const ctx = this.#context(datasource, environment, otherTimeoutMs);
    const settings = openFiles(datasource.config.fields, datasource.config.parse(config), () => ctx.files);
    return { files: await datasource.fetch(ctx, { config: settings }) };
  }

  #context(part: Configured, environment: CallEnvironment, maxTimeoutMs: number): Context {
    const { config } = this.#loaded.plugin;
    return new Context({ environment, pluginConfig: config, integrations: part.integrations, maxTimeoutMs });
  }

  #contextOf(integration: string, environment: CallEnvironment): Context {
    const integrations = [this.#integration(integration)];
    return this.#context({ integrations }, environment, otherTimeoutMs);
  }

  #node(name: string): Node {
    return found(this.#nodes, "Node", name);
  }

  #integration(name: string): Integration {
    return found(this.#integrations, "Integration", name);
  }

  #deviceAuth(name: string): DeviceAuth {
    const { deviceAuth } = this.#integration(name);
    if (deviceAuth) return deviceAuth;
    throw new UnknownComponentError(
      "Integration",
      name,
      [],
      `Integration '${name}' does not support device auth`,
    );
  }
}

interface Configured {
  integrations: readonly Integration[];
  pluginConfig?: Config<unknown> | undefined;
}

function found<T>(
  parts: ReadonlyMap<string, T>,
  kind: "Node" | "Integration" | "Trigger" | "Datasource",
  name: string,
): T {
  const part = parts.get(name);
  if (part !== undefined) return part;
  throw new UnknownComponentError(kind, name, parts.keys());
}

/** Nodes have no class here; tools that show one get a word of the usual shape. */
function classNameOf(name: string): string {
  return name.replaceAll(/(?:^|[-_ ]+)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
