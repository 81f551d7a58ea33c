import type { Manifest } from "@noxus/contracts";
import type { Exit, PluginAnswer, PluginCall } from "./instance.ts";

/** What a transport needs of one call beside the call itself. */
export interface TransportCall extends PluginCall {
  /** Of the bridge, for this call; stdio puts it into the ctx. */
  token: string;
  /** Hides credential values that the transport sees from the log; until the call is finished. */
  onSecrets: (values: readonly string[]) => void;
  /** Told exactly once, when the plugin is done with the call: later than the caller, where that one went away. */
  onFinished: () => void;
}

/** How calls reach a plugin's process and answers come back. */
export interface Transport {
  call(call: TransportCall): Promise<PluginAnswer>;
  manifest(signal: AbortSignal): Promise<Manifest>;
  /** Whether it answers at all. */
  probe(signal: AbortSignal): Promise<boolean>;
  /** The process has ended: every call in flight fails with this. */
  fail(exit: Exit): void;
}
