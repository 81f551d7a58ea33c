import { NoxusError, type Plugin, type PluginInstall, withoutSecrets } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readAssignments } from "./assignments.ts";
import { previewPlugin } from "./preview.ts";
import { chooseSource, type SourceOptions } from "./source.ts";
import { uploadPackage } from "./upload.ts";
import { arrive, printArrival, type WaitOptions } from "./wait.ts";

export interface InstallOptions extends SourceOptions, WaitOptions {
  config?: string[];
  sdk?: string;
  keep?: boolean;
  /** Only show what it is. */
  preview?: boolean;
}

/**
 * Installs a plugin and follows it until it runs, needs configuration, or fails. A failed installation is taken back,
 * unless `--keep`: nothing is left of it, and its name is free for the next try.
 */
export async function installPlugin(
  context: CommandContext,
  [word = ""]: string[],
  options: InstallOptions,
): Promise<void> {
  const client = context.connect();
  const chosen = await chooseSource(context, word, options);
  if (options.preview) return previewPlugin(context, chosen);
  const source = chosen.type === "archive" ? await uploadPackage(context, chosen.path) : chosen;
  const install: PluginInstall = {
    source,
    config: await readAssignments(context, options.config ?? []),
    settings: options.sdk ? { sdkRelease: options.sdk } : {},
  };
  const plugin = await client.request<Plugin>("/v1/plugins", { method: "POST", body: install });
  context.terminal.note(`Installing ${describeSource(source)} …`);
  printArrival(context, await followInstallation(context, plugin, options));
}

async function followInstallation(
  context: CommandContext,
  plugin: Plugin,
  options: InstallOptions,
): Promise<Plugin> {
  try {
    return await arrive(context, plugin, options);
  } catch (error) {
    if (context.signal.aborted) throw stoppedFollowing(plugin, error);
    if (options.keep || !(error instanceof NoxusError) || !error.data?.failed) throw error;
    await context.connect().request(`/v1/plugins/${plugin.id}`, { method: "DELETE" });
    throw new NoxusError(error.code, `${error.message} The installation was taken back.`, {
      data: error.data,
      cause: error,
    });
  }
}

function stoppedFollowing(plugin: Plugin, cause: unknown): NoxusError {
  return new NoxusError(
    "call_cancelled",
    `The installation goes on without being followed. \`noxus plugin show ${plugin.name}\` shows how far it is, \`noxus plugin uninstall ${plugin.name}\` ends it.`,
    { cause },
  );
}

function describeSource(source: PluginInstall["source"]): string {
  const shown = withoutSecrets(source as Parameters<typeof withoutSecrets>[0]);
  switch (shown.type) {
    case "git":
      return `${shown.repo_url} (${[shown.branch, shown.commit, shown.path].filter(Boolean).join(", ")})`;
    case "upload":
      return shown.filename;
    case "marketplace":
      return `${shown.name}${shown.version ? ` ${shown.version}` : ""} from the marketplace`;
    case "local":
      return shown.path;
    case "remote":
      return shown.endpoint;
  }
}
