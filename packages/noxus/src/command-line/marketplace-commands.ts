import type { Command } from "commander";
import type { PlaceOptions } from "../marketplaces/place.ts";
import { type CommandEnvironment, define, group, type OptionDefinition } from "./define.ts";

const placeOptions: readonly OptionDefinition[] = [
  ["--marketplace <url>", "the marketplace's Git repository; the default one where absent"],
  ["--branch <name>", "its branch"],
];

export function addMarketplaceCommands(program: Command, environment: CommandEnvironment): void {
  const marketplace = group(program, "marketplace", "look for plugins to install");
  define(marketplace, environment, {
    syntax: "list",
    summary: "list the marketplaces that plugin servers know, and whose signatures they ask for",
    examples: ["noxus marketplace list"],
    run: async (context) => (await import("../marketplaces/list.ts")).listMarketplaces(context),
  });
  define<PlaceOptions>(marketplace, environment, {
    syntax: "search [words...]",
    summary: "list a marketplace's plugins, all or those that all the words fit",
    examples: [
      "noxus marketplace search",
      "noxus marketplace search text --marketplace https://git.example/team/marketplace.git",
    ],
    options: placeOptions,
    run: async (context, words, options) =>
      (await import("../marketplaces/search.ts")).searchMarketplace(context, words, options),
  });
  define<PlaceOptions>(marketplace, environment, {
    syntax: "show <plugin>",
    summary: "show a plugin of a marketplace: its versions, what changed, and who signed each",
    examples: ["noxus marketplace show text-tools"],
    options: placeOptions,
    run: async (context, [name = ""], options) =>
      (await import("../marketplaces/show.ts")).showMarketplacePlugin(context, name, options),
  });
}
