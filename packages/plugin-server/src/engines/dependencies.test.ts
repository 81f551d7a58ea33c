import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  freshEngine,
  preparePlugin,
  releaseOf,
  settingsOf,
  warmEngine,
} from "../../../../fixtures/engine.ts";
import { madeUpPlugin, projectFile, smallestPlugin } from "../../../../fixtures/plugin-files.ts";
import { wheelOf } from "../../../../fixtures/wheel.ts";
import type { Engine, Environment } from "./engine.ts";
import { pythonOf, sitePackagesOf } from "./environment-store.ts";

let engine: Engine;
beforeAll(() => {
  engine = warmEngine();
});
afterAll(() => engine.close());

const signal = () => AbortSignal.timeout(120_000);

/** Makes the environment of a plugin that consists of these files beside its package. */
async function prepareFiles(files: Record<string, string | Buffer>) {
  await using plugin = await madeUpPlugin({ "small/__init__.py": smallestPlugin, ...files });
  const facts = await engine.inspect(plugin, settingsOf());
  return await engine.prepare(plugin, facts, { signal: signal() });
}

/** The uv.lock of the plugin "small" with one dependency, as if it had come from an index. */
function lockOf(name: string, version: string, wheel: Buffer): string {
  const sha256 = createHash("sha256").update(wheel).digest("hex");
  const file = `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`;
  return `version = 1
requires-python = ">=3.10"

[[package]]
name = "${name}"
version = "${version}"
source = { registry = "https://index.example/simple" }
wheels = [{ url = "https://index.example/${file}", hash = "sha256:${sha256}", size = ${wheel.length} }]

[[package]]
name = "small"
version = "1.0.0"
source = { virtual = "." }
dependencies = [{ name = "${name}" }]
`;
}

async function installed({ folder }: Environment): Promise<string[]> {
  const names = await readdir(await sitePackagesOf(folder));
  return names.filter((name) => name.endsWith(".dist-info")).map((name) => name.replace(".dist-info", ""));
}

describe("a lockfile", () => {
  test("that pins an SDK which lacks the imports binds the rest, and the SDK that has them is installed", async () => {
    const { facts, environment } = await preparePlugin(engine, "lock-lacks-imports");
    expect(facts.sdk).toMatchObject({ release: "0.6.0", warnings: [] });
    expect(facts.sdk.reason).toContain("uv.lock names 0.5.6");
    expect(environment.sdkRelease).toMatch(/^0\.6\./);
    expect(await installed(environment)).toContain("idna-3.7");
    expect(environment.warnings).toEqual([]);
  });

  test("that names versions older than the newest gets exactly these, and from the plugin's own wheels without an index", async () => {
    const wheels = ["1.0.0", "1.1.0", "2.0.0"].map(
      (version) =>
        [`wheels/brought_along-${version}-py3-none-any.whl`, wheelOf("brought_along", version)] as const,
    );
    const locked = wheels[1]?.[1] as Buffer;
    await using plugin = await madeUpPlugin({
      ...Object.fromEntries(wheels),
      "small/__init__.py": smallestPlugin,
      "pyproject.toml": projectFile({ dependencies: ["brought-along"] }),
      "uv.lock": lockOf("brought-along", "1.1.0", locked),
      "wheels/noxus_sdk-0.6.2-py3-none-any.whl": wheelOf("noxus_sdk", "0.6.2"),
    });
    await using fresh = await freshEngine({ UV_DEFAULT_INDEX: "http://127.0.0.1:9/simple" });
    const facts = await fresh.engine.inspect(plugin, settingsOf());
    const environment = await fresh.engine.prepare(plugin, facts, { signal: signal() });
    expect(environment.warnings).toEqual([]);
    expect((await installed(environment)).sort()).toEqual(["brought_along-1.1.0", "noxus_sdk-0.6.2"]);
  });

  test("that uv cannot read is not honoured, and a warning says so", async () => {
    const environment = await prepareFiles({
      "pyproject.toml": projectFile({ dependencies: ["idna<3.10"] }),
      "uv.lock": "version = 1\nnonsense",
    });
    expect(environment.warnings).toEqual([expect.stringContaining("uv.lock could not be read")]);
  });

  test("that contradicts the dependencies is not honoured, and uv's words say why", async () => {
    const lock = (await readFile(join(releaseOf("lock-lacks-imports").folder, "uv.lock"), "utf8"))
      .replaceAll("lock-lacks-imports", "small")
      .replace('version = "3.7"', 'version = "3.6"');
    const environment = await prepareFiles({
      "pyproject.toml": projectFile({ dependencies: ["idna>=3.7,<3.10", "noxus-sdk>=0.6.0"] }),
      "uv.lock": lock,
    });
    expect(environment.warnings).toEqual([expect.stringMatching(/uv\.lock was not honoured: .*idna/)]);
    expect(environment.sdkRelease).toMatch(/^0\.6\./);
  });
});

describe("dependencies", () => {
  test("that have no solution are refused in uv's own words, and nothing is left behind", async () => {
    const release = releaseOf("unresolvable");
    const facts = await engine.inspect(release, settingsOf());
    await expect(engine.prepare(release, facts, { signal: signal() })).rejects.toEqual(
      expect.objectContaining({
        code: "dependencies_unresolvable",
        message: expect.stringMatching(/uv says: .*idna/),
      }),
    );
    expect(await engine.verify({ key: facts.environmentKey } as Environment)).toBe(false);
  });

  test("that want another ruff than the SDK pins get it", async () => {
    const environment = await prepareFiles({
      "pyproject.toml": projectFile({ dependencies: ["ruff>=0.9,<0.10"] }),
    });
    expect(environment.warnings).toEqual([]);
    expect(environment.sdkRelease).toMatch(/^0\.6\./);
    expect(await installed(environment)).toContainEqual(expect.stringMatching(/^ruff-0\.9\./));
  });

  test("that conflict with the newest SDK get an older one that has the imports, with a warning", async () => {
    const environment = await prepareFiles({
      "pyproject.toml": projectFile({ dependencies: ["pillow<12"] }),
    });
    expect(environment).toMatchObject({ sdkRelease: "0.5.5", worker: false });
    expect(environment.warnings).toEqual([expect.stringMatching(/noxus-sdk==0\.5\.5 does: .*pillow/)]);
  });

  test("that the plugin brings as a wheel are taken from there", async () => {
    const environment = await prepareFiles({
      "pyproject.toml": projectFile({ dependencies: ["brought-along"] }),
      "wheels/brought_along-1.0.0-py3-none-any.whl": wheelOf("brought_along", "1.0.0"),
    });
    const { stdout } = await promisify(execFile)(pythonOf(environment.folder), [
      "-c",
      "import brought_along; print(brought_along.version)",
    ]);
    expect(stdout.trim()).toBe("1.0.0");
  });

  test("that the plugin brings all as wheels, the SDK too, need no index", async () => {
    await using plugin = await madeUpPlugin({
      "small/__init__.py": smallestPlugin,
      "pyproject.toml": projectFile({ dependencies: ["brought-along"] }),
      "vendor/brought_along-1.0.0-py3-none-any.whl": wheelOf("brought_along", "1.0.0"),
      "vendor/noxus_sdk-0.6.2-py3-none-any.whl": wheelOf("noxus_sdk", "0.6.2"),
    });
    await using fresh = await freshEngine({ UV_DEFAULT_INDEX: "http://127.0.0.1:9/simple" });
    const facts = await fresh.engine.inspect(plugin, settingsOf());
    const environment = await fresh.engine.prepare(plugin, facts, { signal: signal() });
    expect(environment.sdkRelease).toBe("0.6.2");
  });

  test("on an index that does not answer: the environment fails, and what uv says names the address", async () => {
    await using plugin = await madeUpPlugin({
      "small/__init__.py": smallestPlugin,
      "pyproject.toml": `${projectFile({ dependencies: ["idna"] })}
[[tool.uv.index]]
url = "http://user:secret@127.0.0.1:9/simple"
default = true
`,
    });
    await using fresh = await freshEngine({ UV_HTTP_RETRIES: "0" });
    const facts = await fresh.engine.inspect(plugin, settingsOf());
    const told: string[] = [];
    const failed = await fresh.engine
      .prepare(plugin, facts, { signal: signal(), onProgress: (message) => told.push(message) })
      .catch((error: Error) => error);
    expect(failed).toMatchObject({
      code: "environment_failed",
      message: expect.stringContaining("127.0.0.1:9/simple"),
    });
    expect((failed as Error).message).not.toContain("secret");
    expect(told.join("\n")).toContain("127.0.0.1:9/simple");
    expect(told.join("\n")).not.toContain("secret");
  });
});

describe("a setup command", () => {
  test("that fails is told with its exit code and its last words", async () => {
    await using fresh = await freshEngine();
    await expect(preparePlugin(fresh.engine, "setup-fails")).rejects.toEqual(
      expect.objectContaining({
        code: "setup_command_failed",
        message: expect.stringMatching(/exit code 7.*no such tool here/s),
      }),
    );
  });

  test("runs once, in the plugin's folder, with the environment's Python first and no index in sight", async () => {
    const command =
      "python -c 'import sys; print(sys.prefix)' > $VIRTUAL_ENV/setup; pwd >> $VIRTUAL_ENV/setup; env >> $VIRTUAL_ENV/setup";
    await using plugin = await madeUpPlugin({
      "pyproject.toml": projectFile(),
      "small/__init__.py": `${smallestPlugin}    setup_command = ${JSON.stringify(command)}\n`,
    });
    await using fresh = await freshEngine();
    const facts = await fresh.engine.inspect(plugin, settingsOf());
    const environment = await fresh.engine.prepare(plugin, facts, { signal: signal() });
    const [prefix, folder, ...variables] = (await readFile(join(environment.folder, "setup"), "utf8")).split(
      "\n",
    );
    expect(prefix).toBe(environment.folder);
    expect(folder).toBe(plugin.folder);
    expect(variables.filter((variable) => /^(UV|PIP)_/.test(variable))).toEqual([]);
  });
});
