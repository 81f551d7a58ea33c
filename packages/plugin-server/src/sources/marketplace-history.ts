import { posix } from "node:path";
import type { GitRepository } from "./git-repository.ts";
import { readLabel } from "./marketplace-version.ts";

/** A commit and the plugin's version at it, newest first. */
export interface PastVersion {
  commit: string;
  version: string;
}

/** Far beyond the life of a plugin's folder so far; beyond it a tag must name the version. */
const MOST_COMMITS = 2000;

interface Step {
  commit: string;
  /** Ids of the label files after this commit, where it changed them; undefined where it removed one. */
  changed: Map<string, string | undefined>;
}

/**
 * The versions that a plugin's folder has had, with the last commit of each: what was mended without a new number belongs to
 * the version.
 */
export async function pastVersions(
  repository: GitRepository,
  { commit, folder }: { commit: string; folder: string },
): Promise<PastVersion[]> {
  const steps = parseSteps(await repository.changes(commit, [folder], MOST_COMMITS), folder);
  const states = statesAfter(steps);
  const ids = new Set(states.flatMap(({ files }) => [...files.values()]));
  const contents = ids.size === 0 ? new Map<string, string>() : await repository.read([...ids]);
  const found = new Map<string, PastVersion>();
  for (const { commit, files } of states) {
    const [manifest, project] = ["manifest.json", "pyproject.toml"].map((name) =>
      contents.get(files.get(name) ?? ""),
    );
    const { version } = readLabel(manifest, project);
    if (version !== undefined && !found.has(version)) found.set(version, { commit, version });
  }
  return [...found.values()];
}

/** From oldest to newest each step changes the state; given back newest first. */
function statesAfter(steps: readonly Step[]): { commit: string; files: Map<string, string> }[] {
  const files = new Map<string, string>();
  const states = steps.toReversed().map(({ commit, changed }) => {
    for (const [name, id] of changed) {
      if (id === undefined) files.delete(name);
      else files.set(name, id);
    }
    return { commit, files: new Map(files) };
  });
  return states.reverse();
}

/** `commit <id>\0` then `:<mode> <mode> <id> <id> <letter>\0<path>\0` for each change. */
function parseSteps(log: Buffer, folder: string): Step[] {
  const steps: Step[] = [];
  const words = log.toString().split("\0");
  for (let at = 0; at < words.length; at += 1) {
    const word = (words[at] ?? "").trim();
    if (word.startsWith("commit ")) steps.push({ commit: word.slice("commit ".length), changed: new Map() });
    if (!word.startsWith(":")) continue;
    const [, , , id, letter] = word.split(" ");
    const path = words[++at] ?? "";
    if (posix.dirname(path) === folder)
      steps.at(-1)?.changed.set(posix.basename(path), letter === "D" ? undefined : id);
  }
  return steps;
}
