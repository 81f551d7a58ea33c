import type { GitServer, Repository } from "../../fixtures/git-server.ts";
import type { DesiredPluginInput, PluginReport } from "../../packages/contracts/src/index.ts";

interface Settings {
  replicas?: number;
  warmSpare?: boolean;
  idleAfterMs?: number;
  transport?: "stdio" | "http";
  sdkRelease?: string;
}

interface Release {
  commit: string;
  release: string;
}

/** A tiny plugin with the node `echo`, as files. */
interface TinyPlugin {
  name: string;
  /** Whether it has an environment of its own to be made. */
  hasPackages: boolean;
  /** Each change asks for the same packages in other words: the environment is made anew where there are any. */
  files: (change: number) => Record<string, string>;
}

/** A plugin of the test: its source, and what it shall be now. */
export interface Subject {
  readonly plugin: TinyPlugin;
  readonly repository: Repository;
  readonly plainSettings: Settings;
  source: DesiredPluginInput["source"];
  settings: Settings;
  /** How often it was asked to start anew. */
  reloads: number;
  installed: boolean;
  enabled: boolean;
  /** The commit that must serve. */
  commit: string;
  /** What ran when all was at rest last, and before that: where a rollback leads. */
  last?: Release;
  before?: Release;
}

/** Both languages, both transports, and every way of having processes. */
export function createSubjects(git: GitServer): Promise<Subject[]> {
  return Promise.all([
    subjectOf(git, pythonPlugin("python-stdio"), { transport: "stdio" }),
    subjectOf(git, pythonPlugin("python-http"), { sdkRelease: "0.5.5", transport: "http" }),
    subjectOf(git, typescriptPlugin("needs-a-package", { "fastest-levenshtein": "^1.0.16" }), {}),
    subjectOf(git, typescriptPlugin("typescript-http"), { transport: "http" }),
    subjectOf(git, typescriptPlugin("typescript-twice"), { replicas: 2 }),
    subjectOf(git, typescriptPlugin("typescript-spare"), { warmSpare: true }),
  ]);
}

async function subjectOf(git: GitServer, plugin: TinyPlugin, settings: Settings): Promise<Subject> {
  const repository = await git.createRepository({ name: plugin.name });
  const commit = await git.commit(repository, { files: plugin.files(0) });
  const limits = { callTimeoutMs: 25_000, drainTimeoutMs: 2_000, startTimeoutMs: 30_000 };
  const plainSettings = { replicas: 1, warmSpare: false, idleAfterMs: 0, ...settings, ...limits };
  return {
    plugin,
    repository,
    plainSettings,
    source: sourceOf(repository),
    settings: plainSettings,
    reloads: 0,
    installed: true,
    enabled: true,
    commit,
  };
}

export function sourceOf({ url }: Repository) {
  return { type: "git" as const, repo_url: url };
}

/** Notes what runs now that all is at rest. */
export function noteRelease(subject: Subject, { commit, release }: PluginReport): void {
  if (commit === undefined || release === undefined || subject.last?.release === release) return;
  if (subject.last) subject.before = subject.last;
  subject.last = { commit, release };
}

export function isAsWanted(
  report: PluginReport,
  { settings, enabled, commit }: Subject,
  generation: number,
): boolean {
  if (report.observedGeneration !== generation) return false;
  if (!enabled) return report.instances.length === 0;
  return (
    report.status === "running" &&
    report.failure === undefined &&
    report.commit === commit &&
    hasItsProcesses(report, settings)
  );
}

function hasItsProcesses({ instances }: PluginReport, settings: Settings): boolean {
  const { replicas = 1, warmSpare = false, idleAfterMs = 0 } = settings;
  // Calls wake it, and it is idle again: always on its way from one to the other.
  if (idleAfterMs > 0) return true;
  if (instances.some(({ state }) => state !== "ready")) return false;
  const spares = instances.filter(({ spare }) => spare).length;
  const serving = instances.length - spares;
  return spares === (warmSpare ? 1 : 0) && serving === replicas;
}

function pythonPlugin(name: string): TinyPlugin {
  const project = (change: number) => `[project]
name = "${name}"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ["pydantic!=0.0.${change}"]
`;
  const code = `from noxus_sdk.nodes import BaseNode, Connector, DataType, NodeConfiguration, TypeDefinition
from noxus_sdk.plugins import BasePlugin, PluginConfiguration

text = Connector(name="text", label="Text", definition=TypeDefinition(data_type=DataType.str))


class Echo(BaseNode[NodeConfiguration]):
    node_name = "echo"
    title = "Echo"
    inputs = [text]
    outputs = [text]

    def call(self, ctx, text):
        return {"text": text}


class Plugin(BasePlugin[PluginConfiguration]):
    name = "${name}"
    display_name = "${name}"
    version = "1.0.0"
    description = "Gives back its text"
    author = "Faults"

    def nodes(self):
        return [Echo]
`;
  const files = (change: number) => ({
    "pyproject.toml": project(change),
    [`${name.replaceAll("-", "_")}/__init__.py`]: code,
  });
  return { name, hasPackages: true, files };
}

function typescriptPlugin(name: string, packages: Record<string, string> = {}): TinyPlugin {
  const code = (change: number) => `// Change ${change}
import { data, defineNode, definePlugin } from "@noxus/sdk";

const text = { text: data.text() };
const echo = defineNode({ name: "echo", title: "Echo", inputs: text, outputs: text, call: (_, { inputs }) => inputs });
export default definePlugin({
  name: "${name}", displayName: "${name}", version: "1.0.0", description: "Gives back its text", author: "Faults", nodes: [echo],
});
`;
  const files = (change: number) => {
    const wanted = Object.entries(packages).map(([one, range]) => [one, `${range} || 0.0.${change}`]);
    const dependencies = Object.fromEntries(wanted);
    const project = { name, version: "1.0.0", type: "module", main: "index.ts", dependencies };
    return { "package.json": JSON.stringify(project), "index.ts": code(change) };
  };
  return { name, hasPackages: Object.keys(packages).length > 0, files };
}
