import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { validRange } from "@renovatebot/pep440";
import { z } from "zod";
import type { Uv, UvRun } from "./uv.ts";
import { wordsOf } from "./uv-words.ts";

/** Every release of the SDK needs it. */
const oldestPython = ">=3.10";

/** Without a project or a virtual environment of the folder it runs in, and not the one the server runs in. */
const findArguments = [
  ...["python", "find", "--no-project", "--no-config", "--system", "--no-python-downloads"],
  "--verbose",
];

/** uv looks past an interpreter that does not answer, and says so only among its verbose words. */
const lookedPast = /Skipping bad interpreter/;

/** Chooses the Python for plugins; remembers each choice while the interpreter is there. */
export class PythonChoice {
  readonly #uv: Uv;
  readonly #known = new Map<string, string>();

  constructor(uv: Uv) {
    this.#uv = uv;
  }

  /**
   * The path of the interpreter: uv's choice among the installed ones, else uv's own download.
   * @throws NoxusError python_missing, plugin_project_invalid
   */
  async find(requiresPython: string | undefined, run: UvRun): Promise<string> {
    const wanted = wantedVersions(requiresPython);
    const known = this.#known.get(wanted);
    if (known !== undefined && existsSync(known)) return known;
    const found =
      (await this.#installed(wanted, run)) ??
      (await this.#installed(wanted, { ...run, env: await this.#pathWithoutShims() })) ??
      (await this.#downloaded(wanted, run));
    this.#known.set(wanted, found);
    return found;
  }

  async #installed(wanted: string, run: UvRun): Promise<string | undefined> {
    const { onProgress: _quiet, ...quietly } = run;
    let before: string | undefined;
    for (;;) {
      const { exitCode, stdout, stderr } = await this.#uv.run([...findArguments, wanted], quietly);
      const found = exitCode === 0 ? stdout.trim() : undefined;
      // One that somebody ended while it was asked would have been the choice: what is chosen twice is no accident.
      if (!lookedPast.test(stderr) || found === before) return found;
      before = found;
    }
  }

  /** pyenv's shims stand on PATH for versions that they then refuse to start: look past them, at the versions. */
  async #pathWithoutShims(): Promise<Record<string, string>> {
    const { PATH = "" } = await this.#uv.settings();
    const folders = PATH.split(delimiter);
    const shims = folders.filter(
      (folder) => folder.endsWith(join("", ".pyenv", "shims")) || folder.endsWith("pyenv/shims"),
    );
    const versions = await Promise.all(shims.map((folder) => versionFolders(join(folder, "..", "versions"))));
    return {
      PATH: [...folders.filter((folder) => !shims.includes(folder)), ...versions.flat()].join(delimiter),
    };
  }

  async #downloaded(wanted: string, run: UvRun): Promise<string> {
    run.onProgress?.(`no installed Python fits ${wanted}; uv downloads one`);
    const install = await this.#uv.run(["python", "install", "--no-bin", "--no-config", wanted], run);
    const found = install.exitCode === 0 ? await this.#installed(wanted, run) : undefined;
    if (found) return found;
    const beyondShims = { ...run, env: await this.#pathWithoutShims() };
    const there = [...new Set([...(await this.#list(run)), ...(await this.#list(beyondShims))])];
    throw new NoxusError(
      "python_missing",
      `No Python that fits ${wanted} was found${there.length > 0 ? ` (installed: ${there.join(", ")})` : ""}, and uv could not download one: ${wordsOf(install, 800)}. Install a Python that fits, or change requires-python.`,
      { data: { wanted, installed: there } },
    );
  }

  async #list(run: UvRun): Promise<string[]> {
    const args = ["python", "list", "--only-installed", "--no-config", "--output-format", "json"];
    const { onProgress: _quiet, ...quietly } = run;
    const { exitCode, stdout } = await this.#uv.run(args, quietly);
    if (exitCode !== 0) return [];
    const versions = z.array(z.looseObject({ version: z.string() })).parse(JSON.parse(stdout));
    return versions.map(({ version }) => version);
  }
}

function wantedVersions(requiresPython: string | undefined): string {
  if (!requiresPython) return oldestPython;
  if (validRange(requiresPython)) return `${requiresPython},${oldestPython}`.replaceAll(" ", "");
  throw new NoxusError(
    "plugin_project_invalid",
    `requires-python in pyproject.toml is "${requiresPython}", which is no version specifier such as ">=3.11".`,
  );
}

async function versionFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .sort()
    .reverse()
    .map((name) => join(folder, name, "bin"));
}
