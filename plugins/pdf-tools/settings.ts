import { defineConfig, field } from "@noxus/sdk";

/** What an operator sets once for all nodes. */
export const settings = defineConfig({
  maxMegabytes: field.number({
    label: "Largest PDF, in megabytes",
    description: "Larger ones are refused while they are read: a PDF in memory takes several times its size.",
    type: "int",
    default: 25,
  }),
});
