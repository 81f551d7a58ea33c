import { setTimeout as delay } from "node:timers/promises";
import {
  type ErrorCode,
  errorCodes,
  NoxusError,
  type Phase,
  type Plugin,
  type PluginReport,
} from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatDuration } from "../terminal/duration.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface WaitOptions {
  /** `--no-wait` makes it false. */
  wait?: boolean;
  /** Seconds, as given. */
  timeout?: string;
}

export interface FollowOptions extends WaitOptions {
  generation: number;
  /** Reports older than this (ms since the epoch) are of an earlier life of the plugin server, and do not count. */
  since?: number;
  /** When a failure happened that is known already, as its report says: it is not the one waited for. */
  knownFailureAt?: string | undefined;
  /** Told of the plugin at every look. */
  onLook: (plugin: Plugin) => void;
}

/** Between two looks; short beside the shortest phase, and a local request costs about a millisecond. */
const lookEveryMs = 150;
const defaultTimeoutS = 600;

/**
 * Follows a plugin until a plugin server says of this generation that it runs, needs
 * configuration, or failed.
 *
 * @throws NoxusError with the failure's code, and `data.failed`, where it failed.
 */
export async function waitForPlugin(
  context: CommandContext,
  plugin: Plugin,
  options: FollowOptions,
): Promise<Plugin> {
  const deadline = Date.now() + timeoutMs(options);
  for (let now = plugin; ; now = await look(context, plugin.id)) {
    options.onLook(now);
    if (hasArrived(now, options)) return now;
    const failure = failureOf(now, options);
    if (failure) throw failure;
    if (Date.now() > deadline) throw tooLong(now, timeoutMs(options));
    await delay(lookEveryMs, undefined, { signal: context.signal });
  }
}

export interface ArriveOptions extends WaitOptions {
  /** The plugin as it was before what was asked for now: a failure of then is not told again. */
  before?: Plugin;
}

/** Follows a plugin to the generation that an answer of the platform names; with `--no-wait` not at all. */
export async function arrive(
  context: CommandContext,
  plugin: Plugin,
  { before, ...options }: ArriveOptions,
): Promise<Plugin> {
  if (options.wait === false) return plugin;
  const { generation } = plugin;
  const knownFailureAt = before?.report?.failure?.at;
  const onLook = createProgress(context.terminal, plugin);
  return waitForPlugin(context, plugin, { ...options, generation, knownFailureAt, onLook });
}

/** The plugin's line for the end of a command: what it is now, and what to do next. */
export function printArrival({ terminal }: CommandContext, plugin: Plugin): void {
  terminal.print(plugin, () => [arrivalLine(terminal, plugin)]);
  const problems = plugin.status === "missing_config" ? (plugin.report?.configProblems ?? []) : [];
  for (const problem of problems) terminal.note(`  ${problem}`);
  for (const warning of plugin.report?.warnings ?? [])
    terminal.note(`${terminal.colors.yellow("warning:")} ${warning}`);
}

function arrivalLine({ colors }: Terminal, plugin: Plugin): string {
  const name = colors.bold([plugin.name, plugin.version].filter(Boolean).join(" "));
  if (plugin.status === "running") return `${name} is running. Nodes: ${plugin.nodes.join(", ") || "none"}`;
  if (plugin.status === "missing_config")
    return `${name} is installed and needs configuration: noxus plugin configure ${plugin.name} key=value`;
  return `${name}: ${plugin.status}. See: noxus plugin show ${plugin.name}`;
}

function timeoutMs({ timeout }: WaitOptions): number {
  const seconds = timeout === undefined ? defaultTimeoutS : Number(timeout);
  if (seconds > 0) return seconds * 1000;
  throw new NoxusError(
    "invalid_request",
    `--timeout takes a number of seconds above 0, and got "${timeout}".`,
  );
}

function look({ connect, signal }: CommandContext, id: string): Promise<Plugin> {
  return connect().request<Plugin>(`/v1/plugins/${id}`, { signal });
}

function hasArrived(plugin: Plugin, { generation, since = 0 }: FollowOptions): boolean {
  if (!plugin.enabled) return true;
  const { report } = plugin;
  // Record and report are read one after the other: a record from just before its report has no nodes yet.
  if (!report || report.observedGeneration < generation || report.version !== (plugin.version ?? undefined))
    return false;
  return isSince(report, since) && (plugin.status === "running" || plugin.status === "missing_config");
}

function isSince({ updatedAt }: PluginReport, since: number): boolean {
  return Date.parse(updatedAt) >= since;
}

/** A failure of an older generation, or of an earlier life, says nothing of what was asked for now. */
function failureOf(
  plugin: Plugin,
  { generation, since = 0, knownFailureAt }: FollowOptions,
): NoxusError | undefined {
  const { report } = plugin;
  // Being held is no event that passed: it keeps the plugin from what is asked for now as well.
  const isKnown = report?.failure?.at === knownFailureAt && report?.failure?.code !== "plugins_held";
  if (!report?.failure || isKnown || report.generation < generation || !isSince(report, since))
    return undefined;
  if (plugin.status !== "error" && report.observedGeneration >= generation) return undefined;
  const { code, message, stderrTail } = report.failure;
  const tail = stderrTail && !message.includes(stderrTail) ? `\n${indent(lastLines(stderrTail, 12))}\n` : "";
  return new NoxusError(code in errorCodes ? (code as ErrorCode) : "internal", `${message}${tail}`, {
    data: { ...report.failure, failed: true, plugin: plugin.name },
  });
}

function tooLong(plugin: Plugin, ms: number): NoxusError {
  return new NoxusError(
    "unavailable",
    `${plugin.name} is still ${plugin.status} after ${formatDuration(ms)}. It goes on; look again with \`noxus plugin show ${plugin.name}\`.`,
  );
}

const indent = (text: string) => text.replace(/^/gm, "  ");
const lastLines = (text: string, count: number) => text.trimEnd().split("\n").slice(-count).join("\n");

/** A line for each phase that ends from now on; the one that runs is rewritten where the terminal can. */
function createProgress(terminal: Terminal, before: Plugin): (plugin: Plugin) => void {
  const told = new Set(endedPhases(before).map(keyOf));
  return (plugin) => {
    const { report, name } = plugin;
    for (const phase of endedPhases(plugin)) {
      if (!told.has(keyOf(phase))) terminal.note(phaseLine(terminal, phase, report?.failure?.stage));
      told.add(keyOf(phase));
    }
    const running = report?.phases.find(({ durationMs }) => durationMs === undefined);
    terminal.rewrite(running ? phaseLine(terminal, running) : `  … ${name}`);
  };
}

const keyOf = ({ name, startedAt }: Phase) => `${name} ${startedAt}`;

function endedPhases({ report }: Plugin): Phase[] {
  return (report?.phases ?? []).filter(({ durationMs }) => durationMs !== undefined);
}

function phaseLine({ colors }: Terminal, phase: Phase, failedStage?: string): string {
  const ended = phase.name === failedStage ? colors.red("✗") : colors.green("✓");
  const mark = phase.durationMs === undefined ? "…" : ended;
  const comment = phase.reused ? colors.dim(" (was there)") : "";
  return `  ${mark} ${phase.name.padEnd(12)} ${formatDuration(phaseMs(phase)).padStart(8)}${comment}`;
}

/** How long a phase took, or runs already. */
export function phaseMs({ startedAt, durationMs }: Phase): number {
  return Math.max(0, durationMs ?? Date.now() - Date.parse(startedAt));
}
