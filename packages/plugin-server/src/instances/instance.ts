import type { Readable } from "node:stream";
import type { CallProgress, Manifest, PluginSettings } from "@noxus/contracts";
import type { BridgeDoor } from "../bridge/door.ts";
import type { Launch } from "../engines/engine.ts";
import type { PluginLog } from "../logs/plugin-log.ts";

/** How a plugin's process ended. */
export interface Exit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  outOfMemory: boolean;
  livedMs: number;
  /** Last lines of its stderr, at most 4 KiB. */
  stderrTail: string;
  /** Whether `stop` had been asked for. */
  expected: boolean;
  /** Why the server ended it, where that was for something that the plugin did: "it answered none of 3 probes". */
  endedBecause?: string;
}

/** The calls of contract.md §2 and §3; those from `device_auth_start` on exist on stdio only. */
export type CallKind =
  | "health"
  | "manifest"
  | "nodes"
  | "validate_config"
  | "execute"
  | "node_config"
  | "integration_config"
  | "integration_ready"
  | "device_auth_start"
  | "device_auth_poll"
  | "trigger_poll"
  | "datasource_fetch";

/** One call to a plugin. The body is the request of the HTTP contract, byte for byte, whatever the transport. */
export interface PluginCall {
  kind: CallKind;
  /** Node, integration, trigger or datasource. */
  name?: string;
  skipCache?: boolean;
  body?: Readable | Buffer;
  contentLength?: number;
  /** W3C trace context and the like, passed on where the transport can. */
  headers?: Record<string, string>;
  /** What the bridge allows while the call runs. */
  grants: { files: ReadonlySet<string>; workspace: string | undefined };
  /** For the log lines of this call. */
  runId?: string;
  nodeId?: string;
  /** One of these is to take it, where it still exists: the run has called them before. */
  releases?: readonly string[];
  /** Told how far the call is, where the plugin says so. */
  onProgress?: ((progress: CallProgress) => void) | undefined;
  /** When the caller stops waiting, as `performance.now()` tells time; the signal ends the call then. */
  deadlineAt?: number;
  /** Ends with the deadline or when the caller goes away. */
  signal: AbortSignal;
}

/** The plugin's answer, in the form of the HTTP contract on both transports. */
export interface PluginAnswer {
  status: number;
  contentType: string;
  contentLength?: number;
  /** Of the plugin that answered. */
  release?: string | undefined;
  body: Readable | Buffer;
}

export type InstanceState = "starting" | "ready" | "draining" | "stopped";

/** One running process of a release. It is started by `startInstance`, and never itself thenable. */
export interface Instance {
  readonly id: string;
  readonly pid: number;
  readonly transport: "http" | "stdio";
  readonly port: number | undefined;
  /** What it runs, where it was started of a release. */
  readonly release?: string | undefined;
  /** How its process is kept apart: a level of `isolation/level.ts`, or a word of its engine's own. */
  readonly isolation?: string;
  /** What is missing for the next level. */
  readonly isolationMissing?: string | undefined;
  readonly state: InstanceState;
  readonly startedAt: Date;
  /** Calls running on it now. */
  readonly inFlight: number;
  /** Resolves when it answers; rejects with a NoxusError (plugin_exited_at_start, plugin_start_timeout, plugin_port_…). */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone, whatever the reason; never rejects. */
  readonly exited: Promise<Exit>;
  /** Asks the running plugin. */
  manifest(signal: AbortSignal): Promise<Manifest>;
  /**
   * @throws NoxusError plugin_exited (with `data.started`: "no" | "perhaps"), call_deadline_exceeded, call_cancelled,
   * plugin_protocol_error, plugin_answer_too_large, transport_unsupported
   */
  call(call: PluginCall): Promise<PluginAnswer>;
  /** Liveness probe: answers, or is busy with calls. */
  alive(signal: AbortSignal): Promise<boolean>;
  /**
   * Waits up to `drainMs` for calls that somebody still waits for, then SIGTERM, then SIGKILL of the whole tree. Safe to
   * call twice; the shorter wait counts.
   */
  stop(options: StopInstance): Promise<Exit>;
}

export interface StopInstance {
  drainMs: number;
  /** What the plugin did to be ended for; goes into `Exit.endedBecause`. */
  because?: string;
}

/** What `startInstance` takes. The marker is read from `launch.env.NOXUS_INSTANCE`. */
export interface StartInstance {
  id: string;
  launch: Launch;
  release?: string;
  settings: Pick<PluginSettings, "startTimeoutMs">;
  log: PluginLog;
  /** Opened for this instance; closed when the process has ended. */
  bridge: BridgeDoor;
  /** Largest stdio frame in bytes; 128 MiB by default, as the published SDK's own. */
  maxFrameBytes?: number;
  /** Aborting gives up a start, or kills the running process. */
  signal: AbortSignal;
}
