import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { tgzOf } from "../../../../fixtures/archives.ts";
import { freshNodeEngine, settingsOf } from "../../../../fixtures/engine.ts";
import { madeUpPlugin } from "../../../../fixtures/plugin-files.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";
import { runPlugin } from "../../../../fixtures/run-plugin.ts";
import type { Engine, PluginFacts } from "../engines/engine.ts";
import type { Release } from "../releases/release.ts";

const fixture: Release = { hash: "with-dependency", folder: pluginFixture("typescript/with-dependency") };
const source = await readFile(join(fixture.folder, "index.ts"), "utf8");
const npmLock = await readFile(join(fixture.folder, "package-lock.json"), "utf8");

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** The fixture's code with another package.json and other files around it. */
function pluginWith(project: object, files: Record<string, string | Buffer> = {}) {
  const packageFile = { name: "made-up", version: "1.0.0", type: "module", main: "index.ts", ...project };
  return madeUpPlugin({ "package.json": JSON.stringify(packageFile), "index.ts": source, ...files });
}

const dependency = { dependencies: { "fastest-levenshtein": "^1.0.16" } };

async function prepare(engine: Engine, release: Release, settings = {}) {
  const facts = await engine.inspect(release, settingsOf(settings));
  const environment = await engine.prepare(release, facts, { signal: AbortSignal.timeout(120_000) });
  return { release, facts, environment, settings: settingsOf(settings) };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Starts what was prepared, calls it once, and gives its answer. */
async function callOnce(engine: Engine, { release, facts, environment, settings }: Prepared) {
  const scratchFolder = environment.folder;
  const spec = { pluginId: "id", release, facts, environment, settings, scratchFolder, marker: "test" };
  const running = await runPlugin(await engine.launch(spec));
  cleanUps.push(() => running.stop());
  return running.call("compare", { one: "kitten", other: "sitting" });
}

describe("node_modules", () => {
  test("is made from npm's lockfile, once for all plugins that need the same, and is there after a restart", async () => {
    await using fresh = await freshNodeEngine();
    const both = await Promise.all([prepare(fresh.engine, fixture), prepare(fresh.engine, fixture)]);
    expect(both.map(({ environment }) => environment.reused).sort()).toEqual([false, true]);
    const [one] = both;
    expect(one.environment).toMatchObject({ node: process.versions.node, worker: true, warnings: [] });
    expect(one.facts.sdk.reason).toContain("comes with the plugin server");
    expect(await callOnce(fresh.engine, one)).toEqual({ difference: "3" });
    const restarted = await freshNodeEngine({}, fresh.environmentsFolder);
    expect((await prepare(restarted.engine, fixture)).environment.reused).toBe(true);
  });

  test("answers over HTTP too, where the settings ask for it", async () => {
    await using fresh = await freshNodeEngine();
    const prepared = await prepare(fresh.engine, fixture, { transport: "http" });
    expect(await callOnce(fresh.engine, prepared)).toEqual({ difference: "3" });
  });

  test.for([
    ["pnpm", "pnpm-lock.yaml", "pnpm-lock.yaml"],
    ["yarn", "yarn.lock", "yarn-4.lock"],
    ["yarn-classic", "yarn.lock", "yarn-1.lock"],
  ] as const)("is made by %s from its lockfile", async ([manager, name, file]) => {
    const text = await readFile(join(import.meta.dirname, "../../../../fixtures/lockfiles", file), "utf8");
    await using fresh = await freshNodeEngine();
    await using plugin = await pluginWith({ ...dependency, name: "with-dependency" }, { [name]: text });
    const prepared = await prepare(fresh.engine, plugin);
    expect(prepared.facts.node?.manager).toBe(manager);
    expect(await callOnce(fresh.engine, prepared)).toEqual({ difference: "3" });
  });

  test("without a lockfile is resolved once, which is said, and the result kept", async () => {
    await using fresh = await freshNodeEngine();
    await using plugin = await pluginWith(dependency);
    const { environment } = await prepare(fresh.engine, plugin);
    expect(environment.warnings).toEqual([expect.stringContaining("no lockfile")]);
    expect(await readFile(join(environment.folder, "package-lock.json"), "utf8")).toContain("1.0.16");
  });

  test("of a plugin that depends on the SDK alone needs neither npm nor a registry", async () => {
    await using fresh = await freshNodeEngine({ PATH: "/nowhere" });
    const hello: Release = { hash: "hello", folder: pluginFixture("typescript/hello") };
    const { environment } = await prepare(fresh.engine, hello);
    expect(await readdir(join(environment.folder, "node_modules"))).toEqual(["@noxus"]);
    await expect(prepare(fresh.engine, fixture)).rejects.toMatchObject({ code: "package_manager_missing" });
  });

  test("comes from the plugin's own folder vendor where it has one: no registry is asked", async () => {
    const archive = tgzOf([
      {
        path: "package/package.json",
        content: '{"name":"@scope/given","version":"2.0.0","main":"index.js"}',
      },
      { path: "package/index.js", content: "exports.distance = () => 42;" },
    ]);
    const lock = lockOf("@scope/given", "2.0.0");
    await using fresh = await freshNodeEngine({ npm_config_registry: "http://127.0.0.1:9/" });
    await using plugin = await pluginWith(
      { dependencies: { "@scope/given": "^2.0.0" } },
      {
        "index.ts": source.replace("fastest-levenshtein", "@scope/given"),
        "package-lock.json": lock,
        "vendor/scope-given-2.0.0.tgz": archive,
      },
    );
    expect(await callOnce(fresh.engine, await prepare(fresh.engine, plugin))).toEqual({ difference: "42" });
  });

  test("is made anew where a package of it is gone", async () => {
    await using fresh = await freshNodeEngine();
    const { environment } = await prepare(fresh.engine, fixture);
    expect(await fresh.engine.verify(environment)).toBe(true);
    await rm(join(environment.folder, "node_modules/fastest-levenshtein"), { recursive: true });
    expect(await fresh.engine.verify(environment)).toBe(false);
    expect((await prepare(fresh.engine, fixture)).environment.reused).toBe(false);
  });

  test("goes when no plugin uses it, and what a killed server left half-made is swept", async () => {
    await using fresh = await freshNodeEngine();
    const { environment } = await prepare(fresh.engine, fixture);
    expect(await fresh.engine.removeUnused(new Set([environment.key]))).toEqual([]);
    await rm(join(environment.folder, "environment.json"));
    await fresh.engine.sweep();
    expect(await readdir(fresh.environmentsFolder)).toEqual([]);
  });
});

describe("install scripts", () => {
  const archive = tgzOf([
    {
      path: "package/package.json",
      content: JSON.stringify({
        name: "scripted",
        version: "1.0.0",
        main: "index.js",
        scripts: { postinstall: "echo 'exports.distance = () => 7' > index.js" },
      }),
    },
    { path: "package/index.js", content: "exports.distance = () => 0;" },
  ]);
  const scripted = () =>
    pluginWith(
      { dependencies: { scripted: "file:vendor/scripted.tgz" }, scripts: { postinstall: "exit 1" } },
      {
        "index.ts": source.replace("fastest-levenshtein", "scripted"),
        "package-lock.json": lockOf("scripted", "1.0.0", "file:vendor/scripted.tgz"),
        "vendor/scripted.tgz": archive,
      },
    );

  test("are off, and the plugin is told which were not run", async () => {
    await using fresh = await freshNodeEngine();
    await using plugin = await scripted();
    const prepared = await prepare(fresh.engine, plugin);
    expect(prepared.facts.warnings).toEqual([expect.stringContaining("not run for scripted")]);
    expect(await callOnce(fresh.engine, prepared)).toEqual({ difference: "0" });
  });

  test("are run where the operator allows it, but never those of the plugin itself", async () => {
    await using fresh = await freshNodeEngine();
    await using plugin = await scripted();
    const prepared = await prepare(fresh.engine, plugin, { installScripts: true });
    expect(await callOnce(fresh.engine, prepared)).toEqual({ difference: "7" });
  });
});

function lockOf(name: string, version: string, range = `^${version}`): string {
  const entry = { version, ...(range.startsWith("file:") && { resolved: range, hasInstallScript: true }) };
  return JSON.stringify({
    name: "made-up",
    version: "1.0.0",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: "made-up", version: "1.0.0", dependencies: { [name]: range } },
      [`node_modules/${name}`]: entry,
    },
  });
}

describe("what cannot be installed says why", () => {
  test.for([
    [{ dependencies: { "fastest-levenshtein": "^9.0.0" } }, {}, "dependencies_unresolvable", "9.0.0"],
    [
      { dependencies: { "fastest-levenshtein": "^1.0.16", ms: "^2.0.0" } },
      { "package-lock.json": npmLock },
      "dependencies_unresolvable",
      "ms",
    ],
    [
      { dependencies: { mine: "file:../elsewhere" } },
      {},
      "dependencies_unresolvable",
      "outside of the plugin's folder",
    ],
    [
      { peerDependencies: { "@noxus/sdk": "^7.0.0" } },
      {},
      "sdk_release_unknown",
      "asks for @noxus/sdk ^7.0.0",
    ],
    [dependency, { "package-lock.json": "{" }, "plugin_project_invalid", "package-lock.json is damaged"],
  ] as const)("%j %#", async ([project, files, code, words]) => {
    await using fresh = await freshNodeEngine();
    await using plugin = await pluginWith(project, files);
    await expect(prepare(fresh.engine, plugin)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    expect(await readdir(fresh.environmentsFolder).catch(() => [])).toEqual([]);
  });
});

test("the registry and its credentials are npm's alone: neither the process nor its files see them", async () => {
  await using fresh = await freshNodeEngine({ "npm_config_//registry.example/:_authToken": "s3cret" });
  const { release, facts, environment, settings } = await prepare(fresh.engine, fixture);
  const spec = { pluginId: "id", release, facts, environment, settings, scratchFolder: "/tmp", marker: "m" };
  const { env, args } = await fresh.engine.launch(spec);
  expect(JSON.stringify({ env, args })).not.toMatch(/npm_config|s3cret/i);
  expect(env.NODE_COMPILE_CACHE).toContain("id");
});

test("a plugin's .npmrc says where packages come from, and nothing else", async () => {
  await using fresh = await freshNodeEngine();
  await using plugin = await pluginWith(dependency, {
    ".npmrc": `registry=https://a.example/\n@x:registry=https://\${SECRET}.example/\nignore-scripts=false\ngit=./evil\n`,
  });
  const facts: PluginFacts = await fresh.engine.inspect(plugin, settingsOf());
  expect(facts.node?.npmrc).toBe("registry=https://a.example/");
});
