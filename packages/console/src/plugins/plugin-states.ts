import type { PluginState } from "@noxus/contracts";

/** In the order in which people look: what needs somebody first, what is well last. */
export const pluginStates: readonly PluginState[] = [
  "error",
  "missing_config",
  "restarting",
  "installing",
  "held",
  "off",
  "uninstalling",
  "uninstalled",
  "running",
  "idle",
];
