/** What a plugin uses over time. */
export const resourceTexts = {
  title: "Resources",
  hour: "the last hour, or since the plugin server's start",
  none: "Nothing has been measured yet: the plugin has no process, or its plugin server has just started.",
  memory: "Memory",
  cores: "Processor cores",
  calls: "Calls a minute",
  errors: "Failed",
  time: "Time to answer",
  now: (text: string) => `now ${text}`,
  most: (text: string) => `most ${text}`,
} as const;
