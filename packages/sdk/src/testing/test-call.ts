import type { CallEnvironment } from "../call/context.ts";
import { logTo } from "../call/log.ts";
import { Dispatcher } from "../dispatch/dispatcher.ts";
import type { File } from "../files/file.ts";
import type { CredentialUpdate } from "../files/host.ts";
import { definePlugin, type PluginDeclaration } from "../plugin/define-plugin.ts";
import { MemoryHost } from "./memory-host.ts";

/** What a call may be given beside its inputs and configuration. */
export interface CallOptions {
  /** By the type of the integration. */
  credentials?: Record<string, Record<string, unknown>>;
  pluginConfig?: Record<string, unknown>;
  group?: string;
  idempotencyKey?: string;
  /** Ms until `ctx.signal` aborts by itself; default: the node's own budget. */
  deadlineMs?: number;
  /** Abort it to see how the call takes a cancellation. */
  signal?: AbortSignal;
}

/** What a call did beside its result. */
export interface CallTraces {
  /** Files that it wrote, readable. */
  files: File[];
  log: string[];
  progress: { fraction?: number; message?: string }[];
  credentialUpdates: CredentialUpdate[];
}

export interface TestCall extends CallTraces {
  dispatcher: Dispatcher;
  environment: CallEnvironment;
}

/** A dispatcher for the parts under test, and an environment that remembers what they do. */
export function testCall(parts: Partial<PluginDeclaration>, options: CallOptions): TestCall {
  const host = new MemoryHost();
  const log: string[] = [];
  const { credentials, pluginConfig, group, idempotencyKey, deadlineMs, signal } = options;
  const cancelled = signal ?? new AbortController().signal;
  const plugin = definePlugin({
    name: "under-test",
    displayName: "Under test",
    version: "0.0.0",
    description: "",
    author: "",
    ...parts,
  });
  const wire = {
    plugin_config: overTheWire(pluginConfig),
    integration_credentials: overTheWire(credentials) as Record<string, Record<string, unknown>>,
    group_id: group ?? null,
  };
  return {
    dispatcher: new Dispatcher({ plugin, dependencies: [] }),
    environment: {
      wire,
      host,
      log: logTo((line) => log.push(line)),
      cancelled: () => cancelled,
      idempotencyKey,
      deadlineMs,
    },
    files: host.written,
    log,
    progress: host.reports,
    credentialUpdates: host.credentialUpdates,
  };
}

/** As if it had come over the wire. */
export function overTheWire(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value ?? {})) as Record<string, unknown>;
}
