import type {
  KeptRelease,
  Plugin,
  PluginFailure,
  PluginReport,
  PluginUsageOverTime,
  ReleaseSignature,
} from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatDuration } from "../terminal/duration.ts";
import { formatFields } from "../terminal/table.ts";

/** Prints all that is known of a plugin. */
export async function showPlugin({ connect, terminal, signal }: CommandContext, name: string): Promise<void> {
  const client = connect();
  const plugin = await client.request<Plugin>(pluginPath(name), { signal });
  const { servers } = await client.request<PluginUsageOverTime>(`/v1/plugins/${plugin.id}/usage`, { signal });
  terminal.print(plugin, () => [
    ...formatFields([...recordFields(plugin), ...reportFields(plugin.report), ...usageFields(servers)]),
    ...failureLines(plugin.report?.failure),
  ]);
}

/** Where a plugin is found by its name or id. */
export function pluginPath(nameOrId: string): string {
  return `/v1/plugins/${encodeURIComponent(nameOrId)}`;
}

type Fields = (readonly [string, unknown])[];

function recordFields(plugin: Plugin): Fields {
  const { type, ...source } = plugin.source;
  return [
    ["name", plugin.name],
    ["version", plugin.version],
    ["description", plugin.description],
    ["status", plugin.enabled ? plugin.status : `${plugin.status} (switched off)`],
    [
      "source",
      `${type} ${Object.entries(source)
        .map(([key, value]) => `${key}=${value}`)
        .join(" ")}`,
    ],
    ["nodes", plugin.nodes.join(", ")],
    ["configuration", Object.keys(plugin.config).length > 0 ? JSON.stringify(plugin.config) : ""],
    ["id", plugin.id],
  ];
}

function reportFields(report: PluginReport | null): Fields {
  if (!report) return [["server", "no plugin server has taken it up yet"]];
  return [
    ["release", report.release],
    ["commit", report.commit],
    ["signed by", report.signature && describeSignature(report.signature)],
    ["on disk", (report.releases ?? []).map(describeRelease).join(", ")],
    ["SDK", report.sdk && `${report.sdk.release}: ${report.sdk.reason}`],
    ["python", report.python],
    ["node", report.node],
    ["runs as", [report.engine, report.transport, report.isolation].filter(Boolean).join(", ")],
    ["more isolation", report.isolationMissing],
    ["processes", report.instances.map(describeInstance).join(", ") || whyNone(report)],
    ["restarts", report.restarts || ""],
    [
      "phases",
      report.phases
        .map(
          ({ name, durationMs }) => `${name} ${durationMs === undefined ? "…" : formatDuration(durationMs)}`,
        )
        .join(", "),
    ],
    ["missing", report.configProblems.join("; ")],
    ["warnings", [...report.warnings, ...(report.sdk?.warnings ?? [])].join("; ")],
  ];
}

/** Whose key it is, and whether the plugin server's operator trusts it. */
export function describeSignature({ key, signer, trusted }: ReleaseSignature): string {
  const who = signer === undefined ? key : `${signer} (${key})`;
  return trusted ? who : `${who}, a key that is not trusted here`;
}

/** As `rollback --to` takes it. */
function describeRelease({ release, state, version, commit, bytes, fetchedAt }: KeptRelease): string {
  const facts = [
    version,
    commit && `commit ${commit.slice(0, 12)}`,
    bytes !== undefined && `${Math.ceil(bytes / 1024)} KiB`,
    fetchedAt && new Date(fetchedAt).toLocaleString(),
  ];
  return `${release.slice(0, 12)} ${state} (${facts.filter(Boolean).join(", ")})`;
}

/** Of one that is idle: it runs, and has no process. */
function whyNone({ conditions }: PluginReport): string {
  const running = conditions.find(({ type }) => type === "Running");
  return running?.status === "true" ? running.message : "";
}

function describeInstance({ pid, state, spare }: PluginReport["instances"][number]): string {
  return `${pid} (${spare ? "spare" : state})`;
}

/** What it used when its plugin servers last looked. */
function usageFields(servers: PluginUsageOverTime["servers"]): Fields {
  const newest = servers.flatMap(({ points }) => points.at(-1) ?? []);
  const mebibytes = newest.reduce((sum, { rssBytes }) => sum + rssBytes, 0) / 1024 / 1024;
  const cores = newest.reduce((sum, point) => sum + point.cores, 0);
  if (mebibytes === 0) return [];
  return [["uses", `${Math.round(mebibytes)} MiB of memory, ${cores.toFixed(2)} processor cores`]];
}

function failureLines(failure: PluginFailure | undefined): string[] {
  if (!failure) return [];
  const tail = failure.stderrTail
    ? failure.stderrTail
        .trimEnd()
        .split("\n")
        .slice(-20)
        .map((line) => `  ${line}`)
    : [];
  return ["", `failed at ${failure.stage} (${failure.code}): ${failure.message}`, ...tail, whatNext(failure)];
}

function whatNext({ code, nextAttemptAt }: PluginFailure): string {
  if (code === "plugins_held") return "Let all plugins go on: noxus plugin resume";
  if (nextAttemptAt) return `Next attempt: ${new Date(nextAttemptAt).toLocaleTimeString()}`;
  return "It is not tried again before something changes";
}
