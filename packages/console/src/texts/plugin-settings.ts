import type { ConfigFields } from "@noxus/contracts";

/** How a plugin is run; loaded with that page. */
export const texts = { save: "Save settings", saved: "Saved. The plugin is run so now." };

function number(label: string, description: string, { min = 0, max }: { min?: number; max?: number } = {}) {
  return {
    type: "int",
    display: { type: "number", label, description, min, ...(max !== undefined && { max }) },
  };
}

function toggle(label: string, description: string) {
  return { type: "bool", display: { type: "toggle", label, description } };
}

function select(label: string, description: string, values: string[]) {
  return { type: "str", display: { type: "select", label, description, values } };
}

/** Named as the platform names them, in the language in which plugins describe their own configuration. */
export const settingFields: ConfigFields = {
  concurrency: number("Calls at once", "On all of its processes together.", { min: 1 }),
  queue: number("Calls that may wait", "One more is refused, with when to try again."),
  callTimeoutMs: number("Time of a call, ms", "Of one that brings no deadline of its own.", { min: 1 }),
  startTimeoutMs: number("Time to start, ms", "Until its process answers.", { min: 100 }),
  drainTimeoutMs: number("Time to end, ms", "For the calls of a process that is replaced or stopped."),
  replicas: number("Processes", "The one with the fewest calls gets the next.", { min: 1, max: 16 }),
  idleAfterMs: number("Idle after, ms", "Without a call for so long, processes are stopped. 0: never."),
  idleReplicas: number("Processes while idle", "With 0 the first call starts one, and waits for it.", {
    max: 16,
  }),
  warmSpare: toggle("Warm spare", "One process more takes the place of one that ends, at once."),
  transport: select("Transport", "auto: stdio where the SDK has it, HTTP otherwise.", [
    "auto",
    "http",
    "stdio",
  ]),
  start: select("Start", "starter: by our own small program. bare: by the command that the SDK brings.", [
    "starter",
    "bare",
  ]),
  installScripts: toggle(
    "Install scripts",
    "Packages of a TypeScript plugin may run code while they are installed.",
  ),
  sdkRelease: {
    type: "str",
    display: {
      type: "text",
      label: "SDK release",
      description: "Instead of the one that is chosen from its code, as in 0.5.5.",
    },
  },
};
