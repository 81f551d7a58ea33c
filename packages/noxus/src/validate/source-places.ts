import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listPackageFiles } from "../packaging/package-files.ts";
import { atStartOf, type Position } from "./finding.ts";

const sourceFile = /\.(py|[cm]?[jt]s)$/;
const testFile = /(^|\/)(tests?\/|test_|conftest)|\.test\.[cm]?[jt]s$/;

/** Finds where a plugin's source speaks of something. */
export class SourcePlaces {
  readonly #sources: { file: string; text: string }[];
  readonly #otherwise: Position;

  private constructor(sources: { file: string; text: string }[], projectFile: string) {
    this.#sources = sources;
    this.#otherwise = atStartOf(projectFile);
  }

  static async read(folder: string, projectFile: string): Promise<SourcePlaces> {
    const files = (await listPackageFiles(folder)).filter(
      (file) => sourceFile.test(file) && !testFile.test(file),
    );
    const sources = await Promise.all(
      files.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })),
    );
    return new SourcePlaces(sources, projectFile);
  }

  /**
   * Where the first name is written as a text or declared as a class, and each further one at or after it: the node, then its
   * input. The start of the project file where the first is nowhere.
   */
  find(...names: readonly string[]): Position {
    for (const { file, text } of this.#sources) {
      const at = offsetOf(text, names);
      if (at !== undefined) return { file, ...positionIn(text, at) };
    }
    return this.#otherwise;
  }
}

function offsetOf(text: string, names: readonly string[]): number | undefined {
  let found: number | undefined;
  for (const name of names) {
    const word = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const pattern = new RegExp(
      `(?<=["'])${word}(?=["'])|(?<=\\bclass )${word}\\b|(?<![\\w.-])${word}(?=\\s*[:=])`,
      "gm",
    );
    pattern.lastIndex = found ?? 0;
    const next = pattern.exec(text)?.index;
    if (next === undefined) return found;
    found = next;
  }
  return found;
}

function positionIn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
