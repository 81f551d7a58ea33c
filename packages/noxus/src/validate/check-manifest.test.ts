import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestSchema } from "@noxus/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AuthorProject } from "../author/project.ts";
import { checkManifest } from "./check-manifest.ts";
import { SourcePlaces } from "./source-places.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-manifest-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const said = {
  name: "checked",
  version: "1.0.0",
  description: "Checked",
  nodes: [],
  extensions: { cancel: 1 },
};

async function rulesFor(written: object): Promise<string[]> {
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifestSchema.parse(written)));
  const project: AuthorProject = {
    folder,
    language: "typescript",
    projectFile: "package.json",
    name: "checked",
    version: "1.0.0",
    dependencies: [],
    scripts: {},
  };
  const places = await SourcePlaces.read(folder, project.projectFile);
  const found = await checkManifest(project, manifestSchema.parse(said), places);
  return found.map(({ rule }) => rule);
}

test("a manifest.json that says another thing than the plugin is stale; what only a newer SDK adds is not", async () => {
  expect(await rulesFor({ ...said, description: "Else" })).toContain("manifest-stale");
  expect(await rulesFor({ ...said, extensions: {} })).not.toContain("manifest-stale");
  expect(await rulesFor(said)).not.toContain("manifest-stale");
});
