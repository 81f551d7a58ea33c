import { NoxusError } from "@noxus/contracts";
import { sdkTable } from "./sdk-table.ts";
import type { Candidate, SourceScan } from "./source-scan.ts";

export interface PackageChoice {
  candidate: Candidate;
  /** Whether the SDK could take another folder: it takes the first in the file system's own order. */
  needsView: boolean;
  warnings: string[];
}

/**
 * Picks the package folder that defines exactly one BasePlugin subclass.
 * @throws NoxusError plugin_class_missing, plugin_class_ambiguous, plugin_package_shadowed, plugin_syntax_error
 */
export function choosePackage(scan: SourceScan): PackageChoice {
  const candidate = theOne(scan.candidates);
  refuseSyntaxErrors(candidate);
  refuseSeveralClasses(candidate);
  refuseShadowed(candidate, scan);
  return {
    candidate,
    needsView: scan.candidates.length > 1 || candidate.path === ".",
    warnings: unusedSyntaxErrors(candidate),
  };
}

function theOne(candidates: Candidate[]): Candidate {
  const withClass = candidates.filter((candidate) => candidate.classes.length > 0);
  const [first, second] = withClass;
  if (first && !second) return first;
  if (first) throw ambiguousPackages(withClass);
  for (const candidate of candidates) refuseSyntaxErrors(candidate);
  throw missingClass(candidates);
}

function ambiguousPackages(candidates: Candidate[]): NoxusError {
  const list = candidates.map(({ path, classes }) => `${path}/__init__.py (${classes[0]?.name})`).join(", ");
  return new NoxusError(
    "plugin_class_ambiguous",
    `Expected one package with one class derived from BasePlugin, found several: ${list}. Keep one, or install each by its own path.`,
    { data: { packages: candidates.map(({ path }) => path) } },
  );
}

function missingClass(candidates: Candidate[]): NoxusError {
  const elsewhere = candidates.flatMap((candidate) =>
    candidate.elsewhere.map((found) => ({ ...found, package: candidate.path })),
  );
  const [found] = elsewhere;
  if (found) {
    return new NoxusError(
      "plugin_class_missing",
      `The class ${found.name} is defined in ${found.file}, where the SDK does not look: it takes only a class that ${found.package}/__init__.py itself defines. Define it there, or derive one from it there.`,
      { data: { file: found.file, line: found.line } },
    );
  }
  const looked = candidates.map(({ path }) => `${path}/__init__.py`).join(", ");
  const message = looked
    ? `No class derived from BasePlugin was found; looked in ${looked}.`
    : "There is no Python package (a folder with __init__.py, named like an identifier, other than tests) in the plugin's folder.";
  return new NoxusError("plugin_class_missing", message, {
    data: { packages: candidates.map(({ path }) => path) },
  });
}

function refuseSyntaxErrors(candidate: Candidate): void {
  const problem = candidate.syntaxErrors.find(({ reachable }) => reachable);
  if (!problem) return;
  const { file, line, column, message, text } = problem;
  throw new NoxusError("plugin_syntax_error", `${file}:${line}: ${message}${text ? `: ${text}` : ""}`, {
    data: { file, line, column },
  });
}

function unusedSyntaxErrors(candidate: Candidate): string[] {
  return candidate.syntaxErrors.map(
    ({ file, line, message }) => `${file}:${line} is no valid Python (${message}); nothing imports it.`,
  );
}

function refuseSeveralClasses({ path, classes }: Candidate): void {
  if (classes.length < 2) return;
  const list = classes.map(({ name, line }) => `${name} (line ${line})`).join(", ");
  throw new NoxusError(
    "plugin_class_ambiguous",
    `Expected one class derived from BasePlugin in ${path}/__init__.py, found ${classes.length}: ${list}. Keep one there, move the others to another file.`,
    { data: { classes: classes.map(({ name }) => name) } },
  );
}

const loadedModules = new Set(sdkTable.loaded.split(" "));

function refuseShadowed({ name }: Candidate, scan: SourceScan): void {
  if (!loadedModules.has(name) && !scan.builtinModules.includes(name)) return;
  throw new NoxusError(
    "plugin_package_shadowed",
    `The plugin's package is named ${name}, like a module that is loaded before the plugin is: Python would take that one. Rename the package.`,
    { data: { package: name } },
  );
}
