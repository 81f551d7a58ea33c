import { posix } from "node:path";
import type { GitRepository } from "../sources/git-repository.ts";
import { labelFiles, readLabel } from "./label.ts";

/** A version that a plugin's folder has had. */
export interface PastVersion {
  version: string;
  /** The last commit with it. */
  commit: string;
  /** ISO time of that commit. */
  at: string;
  /** First lines of the commits that made it, newest first. */
  subjects: string[];
}

/** Far beyond the life of a plugin's folder so far; beyond it a tag must name the version. */
const MOST_COMMITS = 2000;

const labelNames: ReadonlySet<string> = new Set(labelFiles);

interface Step {
  commit: string;
  at: string;
  subject: string;
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
  const contents = await repository.read([...ids]);
  const found = new Map<string, PastVersion>();
  for (const { commit, at, subject, files } of states) {
    const texts = labelFiles.map((name) => [name, contents.get(files.get(name) ?? "")]);
    const { version } = readLabel(Object.fromEntries(texts));
    if (version === undefined) continue;
    const known = found.get(version);
    if (known) known.subjects.push(subject);
    else found.set(version, { version, commit, at, subjects: [subject] });
  }
  return [...found.values()];
}

interface State extends Pick<Step, "commit" | "at" | "subject"> {
  files: Map<string, string>;
}

/** From oldest to newest each step changes the state; given back newest first. */
function statesAfter(steps: readonly Step[]): State[] {
  const files = new Map<string, string>();
  const states = steps.toReversed().map(({ changed, ...step }) => {
    for (const [name, id] of changed) {
      if (id === undefined) files.delete(name);
      else files.set(name, id);
    }
    return { ...step, files: new Map(files) };
  });
  return states.reverse();
}

/** `commit <id> <time> <subject>\0` then `:<mode> <mode> <id> <id> <letter>\0<path>\0` for each change. */
function parseSteps(log: Buffer, folder: string): Step[] {
  const steps: Step[] = [];
  const words = log.toString().split("\0");
  for (let at = 0; at < words.length; at += 1) {
    const word = (words[at] ?? "").trim();
    const [, commit, time, subject = ""] = /^commit (\S+) (\S+) ?(.*)$/s.exec(word) ?? [];
    if (commit && time) steps.push({ commit, at: time, subject, changed: new Map() });
    if (!word.startsWith(":")) continue;
    const [, , , id, letter] = word.split(" ");
    const path = words[++at] ?? "";
    if (posix.dirname(path) === folder && labelNames.has(posix.basename(path)))
      steps.at(-1)?.changed.set(posix.basename(path), letter === "D" ? undefined : id);
  }
  return steps;
}
