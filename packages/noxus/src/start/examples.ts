import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { isNoxusError, type Phase, type Plugin, type PluginInstall } from "@noxus/contracts";
import { create } from "tar";
import type { CommandContext } from "../command-line/define.ts";
import { uploadPackage } from "../plugins/upload.ts";
import { phaseMs, waitForPlugin } from "../plugins/wait.ts";
import { formatDuration } from "../terminal/duration.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { readWorkflowFile } from "../workflows/file.ts";
import { writePrivate } from "./secrets.ts";

/** Where the examples lie: from source in the repository's root, built inside the package, which a build leaves a copy in. */
function examplesFolder(): string | undefined {
  const isSource = import.meta.filename.endsWith(".ts");
  const folder = join(import.meta.dirname, isSource ? "../../../../plugins" : "../../plugins");
  return existsSync(folder) ? folder : undefined;
}

/** What was installed once is not installed again: who uninstalled an example does not want it back. */
const doneFile = "examples.json";

/** Installed by whoever has an account there: without one they do nothing. */
const needAccounts = ["gitlab"];

export interface ExamplesResult {
  /** Example workflows that are there to be run. */
  workflows: string[];
}

export interface ExamplesOptions {
  dataFolder: string;
  /** When this life of the programs began (ms since the epoch): what was reported before does not count. */
  since: number;
  /** Default: those that come with the command. */
  folder?: string | undefined;
}

/**
 * Installs the example plugins, side by side, and creates the example workflows, each once in a data folder's life. One
 * that fails is told, at this start and each later one, and keeps no other from being there.
 */
export async function installExamples(
  context: CommandContext,
  { dataFolder, since, folder = examplesFolder() }: ExamplesOptions,
): Promise<ExamplesResult> {
  if (!folder) return { workflows: [] };
  const done = new Set(readDone(dataFolder));
  const board = createBoard(context.terminal, since);
  await Promise.all(
    exampleNames(folder).map((name) => startExample(context, { folder: join(folder, name), done, board })),
  );
  const workflows = await createWorkflows(context, join(folder, "workflows"), done);
  writePrivate(join(dataFolder, doneFile), JSON.stringify([...done]));
  return { workflows };
}

function exampleNames(folder: string): string[] {
  const isPlugin = (name: string) =>
    ["pyproject.toml", "package.json"].some((file) => existsSync(join(folder, name, file)));
  return readdirSync(folder).filter((name) => isPlugin(name) && !needAccounts.includes(name));
}

function readDone(dataFolder: string): string[] {
  try {
    return JSON.parse(readFileSync(join(dataFolder, doneFile), "utf8")) as string[];
  } catch {
    return [];
  }
}

interface Example {
  folder: string;
  /** Grows with what the platform has a record of, whether it runs or not: its plugin server goes on trying. */
  done: Set<string>;
  board: Board;
}

/** Installs an example where that was never done, and follows it until it runs or failed. */
async function startExample(context: CommandContext, { folder, done, board }: Example): Promise<void> {
  const name = basename(folder);
  try {
    const installed = done.has(name) ? name : await installExample(context, folder);
    done.add(name);
    await followExample(context, installed, board);
  } catch (error) {
    if (context.signal.aborted) throw error;
    tellFailure(context, name, error);
  }
}

/** Gives its id, or its name where somebody installed it before. */
async function installExample(context: CommandContext, folder: string): Promise<string> {
  const name = basename(folder);
  const temporary = await mkdtemp(join(tmpdir(), "noxus-example-"));
  try {
    const archive = join(temporary, `${name}.tar.gz`);
    const filter = (path: string) => !/__pycache__|\.venv|node_modules/.test(path);
    await create({ gzip: true, file: archive, cwd: dirname(folder), filter, portable: true }, [name]);
    const install: PluginInstall = { source: await uploadPackage(context, archive) };
    const plugin = await context.connect().request<Plugin>("/v1/plugins", { method: "POST", body: install });
    return plugin.id;
  } catch (error) {
    if (isNoxusError(error, "plugin_name_taken")) return name;
    throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Waits until an example runs and says how long each phase took. One that is not installed any more is no matter. */
async function followExample(context: CommandContext, nameOrId: string, board: Board): Promise<void> {
  const startedAt = Date.now();
  const plugin = await findExample(context, nameOrId);
  if (!plugin) return;
  const { generation } = plugin;
  const { since, show: onLook } = board;
  try {
    const arrived = await waitForPlugin(context, plugin, { generation, since, onLook });
    tellArrival(context, arrived, startedAt);
  } finally {
    board.remove(plugin.id);
  }
}

async function findExample(context: CommandContext, nameOrId: string): Promise<Plugin | undefined> {
  const path = `/v1/plugins/${encodeURIComponent(nameOrId)}`;
  try {
    return await context.connect().request<Plugin>(path, { signal: context.signal });
  } catch (error) {
    if (isNoxusError(error, "plugin_unknown")) return undefined;
    throw error;
  }
}

/** One line that is rewritten, for all plugins that are on their way. */
interface Board {
  /** When this life of the programs began. */
  since: number;
  show(plugin: Plugin): void;
  remove(id: string): void;
}

function createBoard(terminal: Terminal, since: number): Board {
  const texts = new Map<string, string>();
  const draw = () => terminal.rewrite(texts.size > 0 ? `  … ${[...texts.values()].join(" · ")}` : undefined);
  return {
    since,
    show: ({ id, name, report }) => {
      const phase = report?.phases.findLast(({ durationMs }) => durationMs === undefined);
      texts.set(id, phase ? `${name}: ${phase.name} ${formatDuration(phaseMs(phase))}` : name);
      draw();
    },
    remove: (id) => {
      texts.delete(id);
      draw();
    },
  };
}

function tellArrival({ terminal }: CommandContext, plugin: Plugin, startedAt: number): void {
  const { green, dim } = terminal.colors;
  const phases = (plugin.report?.phases ?? [])
    .filter(({ reused }) => !reused)
    .map(phaseText)
    .join(", ");
  const took = formatDuration(Date.now() - startedAt).padStart(8);
  terminal.note(`  ${green("✓")} ${plugin.name.padEnd(16)} ${took}${phases ? dim(`  ${phases}`) : ""}`);
}

function phaseText(phase: Phase): string {
  return `${phase.name} ${formatDuration(phaseMs(phase))}`;
}

function tellFailure({ terminal }: CommandContext, name: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  terminal.note(`  ${terminal.colors.red("✗")} ${name.padEnd(16)} ${message}`);
}

async function createWorkflows(
  context: CommandContext,
  folder: string,
  done: Set<string>,
): Promise<string[]> {
  const names: string[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()) {
    const input = await readWorkflowFile(folder, file);
    names.push(input.name);
    if (done.has(file)) continue;
    await context.connect().request("/v1/workflows", { method: "POST", body: input, signal: context.signal });
    done.add(file);
  }
  return names;
}
