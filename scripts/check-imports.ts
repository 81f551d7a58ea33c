import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync } from "vite";

/**
 * Imports between packages go down only, inside a package by relative path, and what is imported is declared in the
 * package's own package.json: otherwise it works in the repository and fails where it is installed alone.
 */
const allowed: Record<string, readonly string[]> = {
  contracts: [],
  service: ["contracts"],
  sdk: ["contracts"],
  database: ["contracts", "service"],
  "plugin-server": ["contracts", "service"],
  workflow: ["contracts"],
  platform: ["contracts", "service", "database", "workflow"],
  worker: ["contracts", "service", "database", "workflow"],
  console: ["contracts"],
  noxus: [
    "contracts",
    "service",
    "database",
    "workflow",
    "platform",
    "plugin-server",
    "worker",
    "sdk",
    "console",
  ],
};

const root = dirname(import.meta.dirname);
/** Bundled when it is built: nobody installs what it imports. */
const bundled = "console";

const problems = globSync("packages/*/src/**/*.{ts,tsx}", { cwd: root }).flatMap(checkFile);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function checkFile(file: string): string[] {
  const name = file.split("/")[1] ?? "";
  const isTest = file.endsWith(".test.ts");
  return importsOf(file, readFileSync(join(root, file), "utf8")).flatMap((specifier) => {
    const problem = specifier.startsWith(".")
      ? checkRelative(file, name, specifier, isTest)
      : checkBare(name, specifier, isTest);
    return problem ? [`${file}: imports "${specifier}": ${problem}`] : [];
  });
}

function importsOf(file: string, text: string): string[] {
  const { module } = parseSync(file, text, { lang: file.endsWith("x") ? "tsx" : "ts", sourceType: "module" });
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest?.value)),
    ...module.dynamicImports.map(
      ({ moduleRequest }) => /^["'](.*)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1],
    ),
  ];
  return [...new Set(named.filter((specifier) => specifier !== undefined))];
}

function checkRelative(file: string, name: string, specifier: string, isTest: boolean): string | undefined {
  const target = relative(root, resolve(root, dirname(file), specifier));
  if (target.startsWith(`packages/${name}/`)) return undefined;
  if (isTest && target.startsWith("fixtures/")) return undefined;
  return "leads out of the package";
}

function checkBare(name: string, specifier: string, isTest: boolean): string | undefined {
  if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return undefined;
  const wanted = packageOf(specifier);
  const manifest = manifestOf(name);
  const own = wanted.startsWith("@noxus/") ? wanted.slice("@noxus/".length) : undefined;
  if (own && own !== name && !allowed[name]?.includes(own))
    return `${name} may import ${allowed[name]?.join(", ") || "nothing of ours"} only`;
  if (wanted in (manifest.dependencies ?? {}) || wanted === manifest.name) return undefined;
  if (name === bundled && (specifier.startsWith("virtual:") || wanted in { ...manifest.devDependencies }))
    return undefined;
  if (isTest && wanted in { ...manifestOf().devDependencies, ...manifest.devDependencies }) return undefined;
  return "is not among the package's dependencies";
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

interface PackageManifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function manifestOf(name?: string): PackageManifest {
  const folder = name ? join(root, "packages", name) : root;
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageManifest;
}
