import type { Command } from "commander";
import type { CallOptions } from "../author/call.ts";
import type { GenerateManifestOptions } from "../author/generate-manifest.ts";
import type { PackageOptions } from "../packaging/package-plugin.ts";
import { type CommandEnvironment, define } from "./define.ts";

/** Commands for who writes a plugin; each takes the plugin's folder, the current one where it is left out. */
export function addAuthorCommands(plugin: Command, environment: CommandEnvironment): void {
  addTrying(plugin, environment);
  addPackaging(plugin, environment);
}

function addTrying(plugin: Command, environment: CommandEnvironment): void {
  define<CallOptions>(plugin, environment, {
    syntax: "call <node> [folder]",
    summary: "call a node of the plugin in a folder, in a process of its own, without a platform",
    examples: [
      'noxus plugin call SlugNode plugins/text-tools --input text="Some text" --config separator=_',
      "noxus plugin call TableReportNode --file table=sales.csv --out results",
    ],
    options: [
      ["-i, --input <key=value>", "an input: key=text, or key:=JSON", "many"],
      ["--file <key=path>", "an input that is a file; again for a list", "many"],
      ["--config <key=value>", "a setting of the node", "many"],
      ["--plugin-config <key=value>", "a setting of the plugin", "many"],
      ["--credentials <integration=json>", "credentials as JSON, or integration=@file.json", "many"],
      ["--out <folder>", "save the files that the node makes there"],
    ],
    run: async (...call) => (await import("../author/call.ts")).callNode(...call),
  });
  define(plugin, environment, {
    syntax: "test [folder]",
    summary: "run a plugin's tests: pytest by uv, or package.json's script `test`",
    examples: ["noxus plugin test"],
    run: async (context, [folder]) => (await import("../author/test-plugin.ts")).testPlugin(context, folder),
  });
}

function addPackaging(plugin: Command, environment: CommandEnvironment): void {
  define<GenerateManifestOptions>(plugin, environment, {
    syntax: "generate-manifest [folder]",
    summary: "write manifest.json from what the running plugin says of itself",
    examples: ["noxus plugin generate-manifest"],
    options: [["--stdout", "print it instead"]],
    run: async (context, [folder], options) =>
      (await import("../author/generate-manifest.ts")).generateManifest(context, folder, options),
  });
  define<PackageOptions>(plugin, environment, {
    syntax: "package [folder]",
    summary: "pack a plugin for installation; the same files give the same bytes",
    examples: ["noxus plugin package", "noxus plugin package plugins/text-tools --out dist --vendor"],
    options: [
      ["-o, --out <folder>", "where to put it (.)"],
      ["--vendor", "bring along all that it depends on, for machines without a network"],
    ],
    run: async (context, [folder], options) =>
      (await import("../packaging/package-plugin.ts")).packagePlugin(context, folder, options),
  });
}
