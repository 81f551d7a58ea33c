import type { ConfigFields } from "@noxus/contracts";

/** How a plugin is run; loaded with that page. */
export const texts = { save: "Save settings", saved: "Saved. The plugin is run so now." };

type Field = ConfigFields[string];

/** Two of them stand beside each other where there is room. */
function number(
  label: string,
  description: string,
  { min = 0, max }: { min?: number; max?: number } = {},
): Field {
  const limits = { min, ...(max !== undefined && { max }) };
  return { type: "int", description, display: { type: "number", label, col_span: 6, ...limits } };
}

function toggle(label: string, description: string): Field {
  return { type: "bool", description, display: { type: "toggle", label } };
}

function select(label: string, description: string, values: string[]): Field {
  return { type: "str", description, display: { type: "select", label, values } };
}

/** Named as the platform names them, in the language in which plugins describe their own configuration. */
export const settingFields: ConfigFields = {
  replicas: number("Processes", "The one with the fewest calls gets the next.", { min: 1, max: 16 }),
  concurrency: number("Calls at once", "On all of its processes together.", { min: 1 }),
  queue: number("Calls that may wait", "One more is refused, with when to try again."),
  callTimeoutMs: number("Time of a call, ms", "Of one that brings no deadline of its own.", { min: 1 }),
  startTimeoutMs: number("Time to start, ms", "Until its process answers.", { min: 100 }),
  drainTimeoutMs: number("Time to end, ms", "For the calls of a process that is replaced or stopped."),
  idleAfterMs: number("Idle after, ms", "Without a call for so long, processes are stopped. 0: never."),
  idleReplicas: number("Processes while idle", "With 0 the first call starts one, and waits for it.", {
    max: 16,
  }),
  warmSpare: toggle("Warm spare", "One process more takes the place of one that ends, at once."),
  transport: {
    ...select("Transport", "auto: stdio where the SDK has it, HTTP otherwise.", ["auto", "http", "stdio"]),
    advanced: true,
  },
  start: {
    ...select("Start", "starter: by our own small program; bare: by the SDK's command.", ["starter", "bare"]),
    advanced: true,
  },
  sdkRelease: {
    type: "str",
    description: "Instead of the one that is chosen from its code, as in 0.5.5.",
    display: { type: "text", label: "SDK release" },
    advanced: true,
  },
  installScripts: {
    ...toggle("Install scripts", "Packages of a TypeScript plugin may run code while they are installed."),
    advanced: true,
  },
};
