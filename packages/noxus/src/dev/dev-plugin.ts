import { isNoxusError, NoxusError, type Plugin } from "@noxus/contracts";
import { type AuthorProject, readProject } from "../author/project.ts";
import type { CommandContext } from "../command-line/define.ts";
import { showLogs } from "../plugins/logs.ts";
import { pluginPath } from "../plugins/show.ts";
import { waitForPlugin } from "../plugins/wait.ts";
import { formatDuration } from "../terminal/duration.ts";
import { startFinding } from "../validate/start-finding.ts";
import { showCalls } from "./show-calls.ts";
import { watchFolder } from "./watch-folder.ts";

/**
 * Runs a plugin's folder in the platform, anew after every save, with its log and its calls, until interrupted. A version that does not
 * start is told with its place in the source; the one before serves on.
 */
export async function devPlugin(context: CommandContext, word: string | undefined): Promise<void> {
  const project = await readProject(context.cwd, word);
  const { terminal, signal } = context;
  // Before the first look: what is saved while the plugin starts is not missed.
  const { ready, batches } = watchFolder(project.folder, signal);
  await ready;
  const startedAt = performance.now();
  const plugin = await install(context, project);
  await tellArrival(context, project, plugin, startedAt);
  const page = `${context.connect().url}/console/plugins/${encodeURIComponent(project.name)}/nodes`;
  terminal.note(terminal.colors.dim(`  Try its nodes: ${page}`));
  const logs = showLogs(context, plugin.id, { follow: true, tail: "0" });
  const calls = showCalls(context, plugin.id);
  try {
    await Promise.race([
      Promise.race([logs, calls]).then(logEnded),
      reloadOnChange(context, project, plugin, batches),
    ]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  terminal.note(
    `\n${plugin.name} stays installed as it is. \`noxus plugin uninstall ${plugin.name}\` removes it.`,
  );
}

/** Only an interruption ends the log in order. */
async function logEnded(): Promise<void> {
  throw new NoxusError("unavailable", "The platform ended the plugin's log. Is it still running?");
}

/** The plugin of this folder, installed before or now. @throws NoxusError `plugin_name_taken` where another one has its name */
async function install(context: CommandContext, project: AuthorProject): Promise<Plugin> {
  const client = context.connect();
  const { signal } = context;
  const source = { type: "local", path: project.folder };
  const before = await client
    .request<Plugin>(pluginPath(project.name), { signal })
    .catch((error: unknown) => {
      if (isNoxusError(error, "plugin_unknown")) return undefined;
      throw error;
    });
  if (!before) return client.request<Plugin>("/v1/plugins", { method: "POST", body: { source }, signal });
  if (before.source.type === "local" && before.source.path === project.folder)
    return client.request<Plugin>(`${pluginPath(before.id)}/reload`, { method: "POST", body: {}, signal });
  throw new NoxusError(
    "plugin_name_taken",
    `${project.name} is installed from elsewhere (${before.source.type}). Uninstall that one first: noxus plugin uninstall ${project.name}`,
  );
}

async function reloadOnChange(
  context: CommandContext,
  project: AuthorProject,
  { id }: Plugin,
  batches: AsyncGenerator<string[]>,
): Promise<void> {
  for await (const changed of batches) {
    const startedAt = performance.now();
    context.terminal.note(context.terminal.colors.dim(`changed: ${changed.join(", ")}`));
    const plugin = await context
      .connect()
      .request<Plugin>(`${pluginPath(id)}/reload`, { method: "POST", body: {}, signal: context.signal });
    await tellArrival(context, project, plugin, startedAt);
  }
}

/** Says what became of a version; a failure of the plugin is told, not thrown. */
async function tellArrival(
  context: CommandContext,
  project: AuthorProject,
  plugin: Plugin,
  startedAt: number,
): Promise<void> {
  const { terminal } = context;
  const { green, red, dim } = terminal.colors;
  try {
    const onLook = (look: Plugin) =>
      terminal.rewrite(`  … ${look.report?.phases.at(-1)?.name ?? look.status}`);
    const { generation, report } = plugin;
    const knownFailureAt = report?.failure?.at;
    const arrived = await waitForPlugin(context, plugin, { generation, knownFailureAt, onLook });
    const took = dim(`(${formatDuration(performance.now() - startedAt)})`);
    terminal.note(
      `${green("✓")} ${arrived.name} ${arrived.version} is ${arrived.status} ${took} nodes: ${arrived.nodes.join(", ") || "none"}`,
    );
    for (const problem of arrived.report?.configProblems ?? []) terminal.note(`  ${problem}`);
  } catch (error) {
    if (context.signal.aborted || !isNoxusError(error) || !error.data?.failed) throw error;
    const { file, line, column, message } = startFinding(error, project);
    terminal.note(`${red("✗")} ${file}:${line}:${column}  ${message}`);
    terminal.note(dim("  What ran before goes on. Save again when it is mended."));
  }
}
