import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runNoxus } from "../../../../fixtures/noxus-command.ts";
import type { Finding } from "./finding.ts";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-validate-"));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

async function validate(name: string, files: Record<string, string>, words: string[] = []) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(cwd, name, path, ".."), { recursive: true });
    await writeFile(join(cwd, name, path), content);
  }
  const options = { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } };
  const { code, stdout, stderr } = await runNoxus(["plugin", "validate", name, "--json", ...words], options);
  const { findings } = stdout ? (JSON.parse(stdout) as { findings: Finding[] }) : { findings: [] };
  return { code, stderr, places: findings.map((one) => `${one.file}:${one.line}:${one.column} ${one.rule}`) };
}

const project = {
  name: "checked",
  version: "1.0.0",
  description: "Checked",
  type: "module",
  main: "index.ts",
};

test("findings of files and of what the plugin says come with their places, and errors end with 1", async () => {
  const { code, places } = await validate("checked", {
    "package.json": JSON.stringify(project, null, 2),
    "deploy.pem": "secret",
    "README.md": "# Checked",
    "icon.svg": "<svg/>",
    "index.ts": `import { data, defineIntegration, defineNode, definePlugin, field } from "@noxus/sdk";
const service = defineIntegration({
  type: "service", displayName: "Service", image: "https://example.com/i.png",
  credentials: { api_key: field.text({ label: "Key" }) },
});
const node = defineNode({
  name: "Bare", title: " ",
  outputs: { out: data.text() },
  call: () => ({ out: "" }),
});
export default definePlugin({
  name: "checked", displayName: "Checked", version: "1.1.0", description: "", author: "A",
  nodes: [node], integrations: [service],
});
`,
  });
  expect(code).toBe(1);
  expect(places).toEqual([
    "deploy.pem:1:1 secret-file",
    "index.ts:4:18 secret-shown",
    "index.ts:7:10 node-undescribed",
    "index.ts:12:54 version-differs",
  ]);
});

test("a plugin that does not start is found where its source is wrong; a project file that cannot be read, too", async () => {
  const files = { "package.json": JSON.stringify(project), "README.md": "", "icon.svg": "" };
  const failing = await validate("failing", { ...files, "index.ts": '\n\nthrow new Error("not today");\n' });
  expect(failing).toMatchObject({ code: 1, places: ["index.ts:3:7 does-not-start"] });
  const unread = await validate("unread", { "pyproject.toml": '[project]\nname = "x\n' });
  expect(unread).toMatchObject({
    code: 1,
    places: [expect.stringMatching(/^pyproject.toml:2:\d+ project-file$/)],
  });
  const nothing = await validate("nothing", { "notes.txt": "" });
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining("plugin_project_missing") });
});
