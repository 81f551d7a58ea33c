import type { Config } from "../config/config.ts";
import { ConfigError } from "../errors/config-error.ts";
import { UserError } from "../errors/user-error.ts";
import { Files } from "../files/files.ts";
import type { Host } from "../files/host.ts";
import type { Integration } from "../integrations/integration.ts";
import { Credentials } from "./credentials.ts";
import type { Log } from "./log.ts";

/** The context as it travels; unknown members are ignored. */
export interface WireContext {
  plugin_config?: Record<string, unknown>;
  integration_credentials?: Record<string, Record<string, unknown>>;
  integration_credential_ids?: Record<string, string>;
  group_id?: string | null;
  call_token?: string | null;
  /** Of a host that knows the extension `context`. */
  idempotency_key?: string | null;
  deadline_ms?: number | null;
}

/** All that one call brings with it. */
export interface CallEnvironment {
  wire: WireContext;
  host: Host;
  log: Log;
  /** Aborts when the caller gives up. */
  cancelled: () => AbortSignal;
  idempotencyKey?: string | undefined;
  /** How long the caller will still wait, from now. */
  deadlineMs?: number | undefined;
}

export interface ContextOptions {
  environment: CallEnvironment;
  pluginConfig: Config<unknown>;
  integrations: readonly Integration[];
  /** The node's own budget. */
  maxTimeoutMs: number;
}

/** What `call()` gets first: everything about this one call that is neither input nor configuration. */
export class Context<PluginConfig = Record<string, unknown>, Credential = Record<string, never>> {
  readonly #options: ContextOptions;
  readonly #startedAt = performance.now();
  #pluginConfig: { values: PluginConfig } | undefined;
  #credentials: Credentials<Credential> | undefined;
  #files: Files | undefined;
  #signal: AbortSignal | undefined;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  /** The plugin's configuration, checked; a UserError where it does not fit. */
  get pluginConfig(): PluginConfig {
    this.#pluginConfig ??= { values: this.#parsePluginConfig() };
    return this.#pluginConfig.values;
  }

  /** Credentials of the integrations that the node names. */
  get credentials(): Credentials<Credential> {
    const { environment, integrations } = this.#options;
    this.#credentials ??= new Credentials({ environment, integrations, signal: () => this.signal });
    return this.#credentials;
  }

  /** The platform's files. */
  get files(): Files {
    const { host, wire } = this.#options.environment;
    this.#files ??= new Files({ host, group: wire.group_id ?? null, signal: () => this.signal });
    return this.#files;
  }

  /** The workspace that the call belongs to. */
  get group(): string | undefined {
    return this.#options.environment.wire.group_id ?? undefined;
  }

  /** Aborts when the call is cancelled or its time is up: hand it to everything that waits. */
  get signal(): AbortSignal {
    this.#signal ??= this.#makeSignal();
    return this.#signal;
  }

  get log(): Log {
    return this.#options.environment.log;
  }

  /** The same for every attempt at the same step of a run, for services that take such a key; not every host sends one. */
  get idempotencyKey(): string | undefined {
    const { idempotencyKey, wire } = this.#options.environment;
    return idempotencyKey ?? wire.idempotency_key ?? undefined;
  }

  /** Says how far the call is: a fraction from 0 to 1, a message, or both. Shown where the host knows of it. */
  progress(fraction: number | undefined, message?: string): void {
    const { host } = this.#options.environment;
    host.progress?.({
      ...(fraction !== undefined && { fraction: Math.min(1, Math.max(0, fraction)) }),
      ...(message !== undefined && { message }),
    });
  }

  /** Made when first asked for: most calls never look, and every call would pay for the timer. */
  #makeSignal(): AbortSignal {
    const { environment, maxTimeoutMs } = this.#options;
    const budgetMs = environment.deadlineMs ?? environment.wire.deadline_ms ?? maxTimeoutMs;
    const leftMs = Math.max(0, Math.ceil(budgetMs - (performance.now() - this.#startedAt)));
    return AbortSignal.any([environment.cancelled(), AbortSignal.timeout(leftMs)]);
  }

  #parsePluginConfig(): PluginConfig {
    const { environment, pluginConfig } = this.#options;
    try {
      const values = pluginConfig.parse(environment.wire.plugin_config ?? {});
      return { ...environment.wire.plugin_config, ...(values as object) } as PluginConfig;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new UserError(`The plugin is not configured: ${error.message}`, { cause: error });
    }
  }
}
