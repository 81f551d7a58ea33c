import type { Command } from "commander";
import type { CallOptions } from "../author/call.ts";
import type { GenerateManifestOptions } from "../author/generate-manifest.ts";
import type { CreateOptions } from "../create/answers.ts";
import type { PackageOptions } from "../packaging/package-plugin.ts";
import type { PublishOptions } from "../packaging/publish-plugin.ts";
import type { SignOptions, VerifyOptions } from "../packaging/sign-package.ts";
import type { ValidateOptions } from "../validate/validate-plugin.ts";
import { type CommandEnvironment, define } from "./define.ts";

/** Commands for who writes a plugin; each takes the plugin's folder, the current one where it is left out. */
export function addAuthorCommands(plugin: Command, environment: CommandEnvironment): void {
  addCreating(plugin, environment);
  addTrying(plugin, environment);
  addPackaging(plugin, environment);
  addPublishing(plugin, environment);
}

function addCreating(plugin: Command, environment: CommandEnvironment): void {
  define<CreateOptions>(plugin, environment, {
    syntax: "create [folder]",
    summary: "make a new plugin, with nodes, an integration, tests and all that it needs",
    examples: [
      "noxus plugin create",
      'noxus plugin create word-tools --language python --description "Counts words" --yes',
    ],
    options: [
      ["--language <language>", "typescript or python"],
      ["--name <name>", "its name; the folder's where it is left out"],
      ["--display-name <text>", "the name that people read"],
      ["--description <sentence>", "what it does"],
      ["--author <name>", "who makes it"],
      ["-y, --yes", "ask nothing: take the defaults for the rest"],
    ],
    run: async (context, [folder], options) =>
      (await import("../create/create-plugin.ts")).createPlugin(context, folder, options),
  });
}

function addTrying(plugin: Command, environment: CommandEnvironment): void {
  define(plugin, environment, {
    syntax: "dev [folder]",
    summary:
      "run the plugin in a folder in the platform, anew after every save, and show its log and its calls",
    examples: ["noxus plugin dev", "noxus plugin dev word-tools"],
    run: async (context, [folder]) => (await import("../dev/dev-plugin.ts")).devPlugin(context, folder),
  });
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
  define<ValidateOptions>(plugin, environment, {
    syntax: "validate [folder]",
    summary: "check a plugin before it is published: its files, then what it says when it runs",
    examples: [
      "noxus plugin validate",
      "noxus plugin validate plugins/text-tools --against dist/text-tools-1.0.0.tar.gz",
    ],
    options: [
      ["--against <file>", "a published version's package or manifest.json: say what this one would break"],
      ["--strict", "fail for warnings too"],
    ],
    run: async (context, [folder], options) =>
      (await import("../validate/validate-plugin.ts")).validatePlugin(context, folder, options),
  });
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

function addPublishing(plugin: Command, environment: CommandEnvironment): void {
  define<PublishOptions>(plugin, environment, {
    syntax: "publish [folder]",
    summary: "put a plugin into a marketplace, as a commit or as a branch for a pull request",
    examples: [
      "noxus plugin publish --to https://git.example/team/marketplace.git",
      "noxus plugin publish plugins/text-tools --to git@git.example:team/marketplace.git --branch text-tools-1.1.0",
    ],
    options: [
      ["--to <repository>", "the marketplace, a Git repository that you may push to"],
      ["--base <branch>", "the marketplace's branch (main)"],
      ["--branch <branch>", "push to this new branch instead, for a pull request"],
      ["--key [file]", "sign the version with your key, or with the one in this file"],
      ["--new-key", "make that key first"],
    ],
    run: async (context, [folder], options) =>
      (await import("../packaging/publish-plugin.ts")).publishPlugin(context, folder, options),
  });
  define<SignOptions>(plugin, environment, {
    syntax: "sign <package>",
    summary: "sign a package with your key (Ed25519): the signature goes beside it",
    examples: [
      "noxus plugin sign text-tools-1.0.0.tar.gz --new-key",
      "noxus plugin sign text-tools-1.0.1.tar.gz",
    ],
    options: [
      ["--key <file>", "the private key; yours in the configuration folder where it is left out"],
      ["--new-key", "make the key first; one that is there is never overwritten"],
    ],
    run: async (context, [file = ""], options) =>
      (await import("../packaging/sign-package.ts")).signPackage(context, file, options),
  });
  define<VerifyOptions>(plugin, environment, {
    syntax: "verify <package>",
    summary: "say whether a package is what somebody you trust has signed",
    examples: ["noxus plugin verify text-tools-1.0.0.tar.gz --key ed25519:9Qd…"],
    options: [["--key <key>", "a public key that you trust, as `sign` printed it", "many"]],
    run: async (context, [file = ""], options) =>
      (await import("../packaging/sign-package.ts")).verifyPackage(context, file, options),
  });
}
