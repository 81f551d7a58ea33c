import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { isNoxusError } from "@noxus/contracts";
import type { AuthorProject } from "../author/project.ts";
import { atStartOf, type Finding, finding, type Position } from "./finding.ts";

/** Python: `File "/…/release/package/nodes.py", line 12`; Node: `file:///…/nodes.ts:12:5`; ours: `nodes.py, line 12`. */
const places = [
  /File "(?<file>[^"]+)", line (?<line>\d+)/g,
  /(?<file>[\w./@-]+\.(?:py|[cm]?[jt]s)):(?<line>\d+)(?::(?<column>\d+))?/g,
  /(?<file>[\w./@-]+\.(?:py|[cm]?[jt]s)),? \(?line (?<line>\d+)(?:, column (?<column>\d+))?/g,
];

/** Why a plugin does not start, at the innermost place in its own files that the failure names. */
export function startFinding(error: unknown, project: AuthorProject): Finding {
  if (!isNoxusError(error)) throw error;
  const { stderrTail = "" } = (error.data ?? {}) as { stderrTail?: string };
  const message = error.message.split("\n")[0] ?? error.code;
  const position = placeIn(error.message, project) ?? placeIn(stderrTail, project);
  return finding("does-not-start", `${message} (${error.code})`, position ?? atStartOf(project.projectFile));
}

function placeIn(text: string, { folder }: AuthorProject): Position | undefined {
  const found = places
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .flatMap(({ groups = {} }) => {
      const file = ownFile(groups.file ?? "", folder);
      return file === undefined
        ? []
        : [{ file, line: Number(groups.line), column: Number(groups.column ?? 1) }];
    });
  return found.at(-1);
}

/** The plugin ran as a copy, below another folder: the longest end of the path that is there is the author's file. */
function ownFile(path: string, folder: string): string | undefined {
  const parts = path.split("/").filter(Boolean);
  for (let from = 0; from < parts.length; from += 1) {
    const end = parts.slice(from).join("/");
    if (existsSync(join(folder, end))) return end;
  }
  return existsSync(join(folder, basename(path))) ? basename(path) : undefined;
}
