import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestSchema, workflowInputSchema } from "@noxus/contracts";
import { createRegistry, parseWorkflow } from "@noxus/workflow";
import { expect, test } from "vitest";
import { noxusJson, runNoxus } from "../fixtures/noxus-command.ts";

const root = dirname(import.meta.dirname);
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));

const plugins = globSync("plugins/*/manifest.json", { cwd: root }).map((file) => {
  const manifest = manifestSchema.parse(read(file));
  return { id: manifest.name, name: manifest.name, manifest };
});
const workflows = globSync("plugins/workflows/*.json", { cwd: root });

test.each(workflows)("%s fits the example plugins' nodes", (file) => {
  const { definition } = workflowInputSchema.parse(read(file));
  expect(() => parseWorkflow(definition, createRegistry(plugins))).not.toThrow();
});

const typescriptPlugins = globSync("plugins/*/package.json", { cwd: root }).map(dirname);

test.each(typescriptPlugins)("%s passes its own tests", async (folder) => {
  const { code, stdout, stderr } = await runNoxus(["plugin", "test", folder], { cwd: root });
  expect(code, stdout + stderr).toBe(0);
});

test.each(typescriptPlugins)("%s is found flawless, with the manifest that it has", async (folder) => {
  expect(await noxusJson(["plugin", "validate", folder], { cwd: root })).toMatchObject({ findings: [] });
});

test("the repository checks the examples with the packages that they install", () => {
  const installed = read("package-lock.json") as Lockfile;
  for (const folder of typescriptPlugins) {
    const { packages } = read(`${folder}/package-lock.json`) as Lockfile;
    for (const [path, { version }] of Object.entries(packages).filter(([path]) => path !== ""))
      expect([path, installed.packages[path]?.version]).toEqual([path, version]);
  }
});

interface Lockfile {
  packages: Record<string, { version?: string }>;
}

test("the workflow in the README is one that can be run", () => {
  const text = readFileSync(join(root, "README.md"), "utf8");
  const { definition } = workflowInputSchema.parse(
    JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? ""),
  );
  const greet = {
    type: "GreetNode",
    inputs: [{ name: "name", definition: { data_type: "str" } }],
    outputs: [{ name: "greeting", definition: { data_type: "str" } }],
  };
  const greeter = manifestSchema.parse({ name: "greeter", version: "1.0.0", nodes: [greet] });
  const registry = createRegistry([{ id: "greeter", name: "greeter", manifest: greeter }]);
  expect(() => parseWorkflow(definition, registry)).not.toThrow();
});
