import type { Command } from "commander";
import type { InstallOptions } from "../plugins/install.ts";
import type { LogsOptions } from "../plugins/logs.ts";
import type { ChangeOptions } from "../plugins/plan.ts";
import { addAuthorCommands } from "./author-commands.ts";
import { type CommandEnvironment, define, group, type OptionDefinition } from "./define.ts";

const waitOptions: readonly OptionDefinition[] = [
  ["--no-wait", "return at once instead of following the progress"],
  ["--timeout <seconds>", "how long to follow the progress (600)"],
];

const changeOptions: readonly OptionDefinition[] = [
  ...waitOptions,
  ["--dry-run", "say what plugin servers would do first, and change nothing"],
];

export function addPluginCommands(program: Command, environment: CommandEnvironment): void {
  const plugin = group(program, "plugin", "install and manage plugins");
  addInstall(plugin, environment);
  addReading(plugin, environment);
  addChanging(plugin, environment);
  addAuthorCommands(plugin, environment);
}

function addInstall(plugin: Command, environment: CommandEnvironment): void {
  define<InstallOptions>(plugin, environment, {
    syntax: "install <source>",
    summary: "install a plugin from a Git repository, an archive, a folder, a marketplace or an endpoint",
    examples: [
      "noxus plugin install https://git.example/team/plugins.git --branch main --path plugins/text-tools",
      "noxus plugin install ./text-tools-1.0.0.tar.gz",
      "noxus plugin install ./my-plugin --local",
      "noxus plugin install https://plugins.example/translate --remote --token-env TRANSLATE_KEY",
      "noxus plugin install text-tools --marketplace https://git.example/team/marketplace.git --version 1.0.0",
    ],
    options: [
      ["--branch <name>", "Git branch (main)"],
      ["--commit <hash>", "Git commit; the branch's newest where absent"],
      ["--path <folder>", "the plugin's folder inside the repository"],
      ["--token <token>", "access token for the repository; visible to others on this machine, so prefer:"],
      ["--token-env <variable>", "… read it from this environment variable"],
      ["--token-stdin", "… read it from standard input"],
      ["--username <name>", "user name for the repository"],
      ["--password-env <variable>", "read the password from this environment variable"],
      ["--password-stdin", "read the password from standard input"],
      ["--local", "take the folder where it is, on the platform's machine (development)"],
      ["--remote", "SOURCE is the address of a plugin that somebody else runs; its key comes by --token…"],
      ["--marketplace [url]", "SOURCE is a name in this marketplace, a Git repository"],
      ["--version <version>", "version in the marketplace; the newest where absent"],
      ["--config <key=value>", "configuration, as in `noxus plugin configure`", "many"],
      ["--sdk <release>", "release of the Python SDK instead of the one chosen"],
      ["--preview", "only show what it is: nodes, size, dependencies, who signed it; nothing is installed"],
      ["--keep", "keep the plugin's record when the installation fails"],
      ...waitOptions,
    ],
    run: async (...call) => (await import("../plugins/install.ts")).installPlugin(...call),
  });
}

function addReading(plugin: Command, environment: CommandEnvironment): void {
  define(plugin, environment, {
    syntax: "list",
    summary: "list installed plugins",
    examples: ["noxus plugin list"],
    run: async (context) => (await import("../plugins/list.ts")).listPlugins(context),
  });
  define(plugin, environment, {
    syntax: "show <name>",
    summary: "show a plugin: its state, where it comes from, what runs, and why it does not",
    examples: ["noxus plugin show text-tools"],
    run: async (context, [name = ""]) => (await import("../plugins/show.ts")).showPlugin(context, name),
  });
  define(plugin, environment, {
    syntax: "plan",
    summary: "say what plugin servers would do next for each plugin, and why",
    examples: ["noxus plugin plan", "noxus plugin update text-tools --dry-run"],
    run: async (context) => (await import("../plugins/plan.ts")).showPlan(context),
  });
  define<LogsOptions>(plugin, environment, {
    syntax: "logs <name>",
    summary: "show what a plugin wrote",
    examples: ["noxus plugin logs text-tools --follow"],
    options: [
      ["-f, --follow", "go on with new lines until interrupted"],
      ["-n, --tail <lines>", "how many lines to begin with (100)"],
    ],
    run: async (context, [name = ""], options) =>
      (await import("../plugins/logs.ts")).showLogs(context, name, options),
  });
}

function addChanging(plugin: Command, environment: CommandEnvironment): void {
  define<ChangeOptions>(plugin, environment, {
    syntax: "configure <name> [values...]",
    summary:
      "change a plugin's configuration: key=value, key=@file, key=- (from standard input), key= (removes it)",
    examples: [
      "noxus plugin configure document-tools organisation=ACME",
      "noxus plugin configure mailer api_key=- < key.txt",
    ],
    options: changeOptions,
    run: async (...call) => (await import("../plugins/configure.ts")).configurePlugin(...call),
  });
  define<ChangeOptions>(plugin, environment, {
    syntax: "settings <name> [values...]",
    summary: "show or change how a plugin is run: replicas, a warm spare, idle stop, limits, time limits",
    examples: [
      "noxus plugin settings text-tools",
      "noxus plugin settings text-tools replicas=2 warmSpare=true",
      "noxus plugin settings text-tools idleAfterMs=600000 --dry-run",
    ],
    options: changeOptions,
    run: async (...call) => (await import("../plugins/settings.ts")).changeSettings(...call),
  });
  for (const [verb, summary] of [
    ["reload", "fetch the plugin again and start what is new, the old serving meanwhile"],
    ["retry", "try a failed plugin now instead of at its next time"],
  ] as const)
    define<ChangeOptions>(plugin, environment, {
      syntax: `${verb} <name>`,
      summary,
      examples: [`noxus plugin ${verb} text-tools`],
      options: changeOptions,
      run: async (context, [name = ""], options) =>
        (await import("../plugins/ask-again.ts")).askAgain(context, name, { verb }, options),
    });
  addOtherRelease(plugin, environment);
  addHold(plugin, environment);
  define<ChangeOptions>(plugin, environment, {
    syntax: "uninstall <name>",
    summary: "stop a plugin and remove it with its environment",
    examples: ["noxus plugin uninstall text-tools"],
    options: changeOptions,
    run: async (context, [name = ""], options) =>
      (await import("../plugins/uninstall.ts")).uninstallPlugin(context, name, options),
  });
}

function addOtherRelease(plugin: Command, environment: CommandEnvironment): void {
  define<ChangeOptions & { to?: string }>(plugin, environment, {
    syntax: "rollback <name>",
    summary: "go back to the release before, without a download; it stays there until an update",
    examples: ["noxus plugin rollback text-tools", "noxus plugin rollback text-tools --to 3f2a91c0"],
    options: [
      ["--to <release>", "one of those that `noxus plugin show` lists, or its first 6 or more digits"],
      ...changeOptions,
    ],
    run: async (context, [name = ""], { to, ...options }) =>
      (await import("../plugins/ask-again.ts")).askAgain(
        context,
        name,
        { verb: "rollback", body: { release: to } },
        options,
      ),
  });
  define<ChangeOptions & { commit?: string; version?: string }>(plugin, environment, {
    syntax: "update <name>",
    summary: "take the newest of the plugin's branch or marketplace, also after a rollback",
    examples: ["noxus plugin update text-tools", "noxus plugin update text-tools --commit 1a2b3c4d"],
    options: [
      ["--commit <hash>", "this Git commit instead of the branch's newest"],
      ["--version <version>", "this version of the marketplace instead of the newest"],
      ...changeOptions,
    ],
    run: async (context, [name = ""], { commit, version, ...options }) =>
      (await import("../plugins/ask-again.ts")).askAgain(
        context,
        name,
        { verb: "update", body: { commit, version } },
        options,
      ),
  });
}

function addHold(plugin: Command, environment: CommandEnvironment): void {
  define<{ reason?: string }>(plugin, environment, {
    syntax: "hold",
    summary: "safe mode: stop all plugins, and start and install none until they may go on",
    examples: ['noxus plugin hold --reason "The index is down."'],
    options: [["--reason <sentence>", "what callers are told"]],
    run: async (context, _words, options) =>
      (await import("../plugins/hold.ts")).holdPlugins(context, options),
  });
  define(plugin, environment, {
    syntax: "resume",
    summary: "let all plugins go on after a hold, without installing anything again",
    examples: ["noxus plugin resume"],
    run: async (context) => (await import("../plugins/hold.ts")).resumePlugins(context),
  });
}
