import type { Source } from "@noxus/contracts";
import type { Logger } from "@noxus/service";
import type { BridgeDoor } from "../bridge/door.ts";
import type { Engine } from "../engines/engine.ts";
import type { Forwarder } from "../forward/route.ts";
import type { Instance, StartInstance } from "../instances/instance.ts";
import type { PluginLog } from "../logs/plugin-log.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { ConnectInstance } from "../remote-engine/remote-instance.ts";
import type { Fetched } from "../sources/fetched.ts";
import type { BackoffOptions } from "./backoff.ts";
import type { Slots } from "./slots.ts";

/** What the reconciler asks of the other rooms: each does one step and knows nothing of the order. */
export interface Parts {
  /** Copies a source into the folder `into`, which is not there yet; `commit` instead of the branch's newest. */
  fetchSource(
    source: Source,
    options: {
      into: string;
      commit: string | undefined;
      onProgress: (message: string) => void;
      signal: AbortSignal;
    },
  ): Promise<Fetched>;
  releases: Pick<ReleaseStore, "add" | "get" | "bytesOf" | "verify" | "remove" | "list">;
  engines: readonly Engine[];
  startInstance(options: StartInstance): Instance;
  /** For engines that start nothing. */
  connectInstance(options: ConnectInstance): Instance;
  openBridge(options: { pluginId: string; instanceId: string }): BridgeDoor;
  logOf(pluginId: string): PluginLog;
  /** Removes a plugin's log lines, at its uninstall. */
  removeLog(pluginId: string): Promise<void>;
  /** Ids of the plugins that have log lines. */
  listLogs(): Promise<string[]>;
  forwarder: Pick<Forwarder, "setRoute" | "load">;
  /** Earlier releases of each plugin that stay on disk. */
  keepReleases: number;
  /** Fetches and environments at once; starts at once. */
  installSlots: Slots;
  startSlots: Slots;
  /** A folder for temporary things, on the same file system as the releases. */
  temporaryFolder: string;
  /** One folder an instance inside. */
  scratchFolder: string;
  backoff: BackoffOptions;
  /** The mark (`NOXUS_INSTANCE`) by which a later life of this server finds processes that this one left. */
  markerOf(instanceId: string): string;
  /** Ends when nothing may live any more: every process is killed at once. */
  lifeSignal: AbortSignal;
  logger: Logger;
}
