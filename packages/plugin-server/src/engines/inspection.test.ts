import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseOf, settingsOf, warmEngine } from "../../../../fixtures/engine.ts";
import { madeUpPlugin, projectFile, smallestPlugin } from "../../../../fixtures/plugin-files.ts";
import type { Engine } from "./engine.ts";

let engine: Engine;
beforeAll(() => {
  engine = warmEngine();
});
afterAll(() => engine.close());

const inspectFixture = (name: string) => engine.inspect(releaseOf(name), settingsOf());

/** Inspects files of the test's own; a project file and nothing else is added. */
async function inspectFiles(files: Record<string, string>, settings = settingsOf()) {
  await using plugin = await madeUpPlugin({ "pyproject.toml": projectFile(), ...files });
  return await engine.inspect(plugin, settings);
}

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe("a plugin's facts", () => {
  test("name and version are those of the class, which the running plugin will report", async () => {
    const facts = await inspectFiles({ "small/__init__.py": smallestPlugin });
    expect(facts).toMatchObject({
      name: "small",
      version: "2.0.0",
      packageName: "small",
      transport: "stdio",
    });
  });

  test("no line of the plugin runs", async () => {
    const trap = `open(__file__ + ".ran", "w").close()\n${smallestPlugin}`;
    await using plugin = await madeUpPlugin({ "pyproject.toml": projectFile(), "small/__init__.py": trap });
    await engine.inspect(plugin, settingsOf());
    expect(existsSync(join(plugin.folder, "small", "__init__.py.ran"))).toBe(false);
  });

  test("manifest.json is kept for previews, and only warned of where it is broken", async () => {
    const manifest = { name: "small", version: "1", nodes: [{ type: "a", unknown: true }] };
    const good = await inspectFiles({
      "small/__init__.py": smallestPlugin,
      "manifest.json": JSON.stringify(manifest),
    });
    expect(good.manifest?.nodes[0]).toMatchObject({ type: "a", unknown: true });
    const broken = await inspectFiles({ "small/__init__.py": smallestPlugin, "manifest.json": "{" });
    expect(broken.manifest).toBeUndefined();
    expect(broken.warnings).toEqual([expect.stringContaining("manifest.json was ignored")]);
  });

  test("identical needs share one environment, other needs do not", async () => {
    const one = await inspectFiles({ "small/__init__.py": smallestPlugin });
    const two = await inspectFiles({ "other/__init__.py": smallestPlugin });
    const three = await inspectFiles({
      "small/__init__.py": smallestPlugin,
      "pyproject.toml": projectFile({ dependencies: ["idna"] }),
    });
    expect(two.environmentKey).toBe(one.environmentKey);
    expect(three.environmentKey).not.toBe(one.environmentKey);
  });

  test("a setup command makes the environment the release's own", async () => {
    const source = `${smallestPlugin}    setup_command = "true"\n`;
    const one = await inspectFiles({ "small/__init__.py": source });
    const two = await inspectFiles({ "small/__init__.py": source });
    expect(one.uv?.setupCommand).toBe("true");
    expect(two.environmentKey).not.toBe(one.environmentKey);
  });
});

describe("imports of the SDK", () => {
  test("under TYPE_CHECKING are overlooked, guarded ones are optional, those of tests do not count", async () => {
    const facts = await inspectFiles({
      "small/__init__.py": `
import contextlib
import typing as t
try:
    from noxus_sdk.nowhere import A
except (ImportError, AttributeError):
    from noxus_sdk.nowhere_either import A
with contextlib.suppress(ImportError):
    import noxus_sdk.nothing
if t.TYPE_CHECKING:
    from noxus_sdk.never import B
else:
    from noxus_sdk.nodes import BaseNode
from . import nodes
${smallestPlugin}`,
      "small/nodes.py": "",
      "small/tests/test_it.py": "from noxus_sdk.testing import Nothing",
      "small/test_more.py": "from noxus_sdk.testing import Nothing",
    });
    expect(facts.sdk).toMatchObject({ release: "0.6.0", warnings: [] });
  });

  test("that follow a guarded one, in its else, are as optional as that", async () => {
    const source = (tried: string) => `
try:
    ${tried}
except ImportError:
    more = []
else:
    from noxus_sdk.files import File
${smallestPlugin}`;
    const project = projectFile({ dependencies: ["noxus-sdk==0.1.0"] });
    const inspect = (tried: string) =>
      inspectFiles({ "pyproject.toml": project, "small/__init__.py": source(tried) });
    const guarded = await inspect("from noxus_sdk.triggers import BasePollingTrigger");
    expect(guarded.sdk).toMatchObject({ release: "0.1.0", warnings: [] });
    expect((await inspect("import yaml")).sdk.release).toBe("0.6.0");
  });

  test("inside functions, submodules and aliases count", async () => {
    const facts = await inspectFiles({
      "small/__init__.py": smallestPlugin,
      "small/lazy.py": "def connect():\n    import noxus_sdk.integrations.types as types\n    return types\n",
    });
    expect(facts.sdk.release).toBe("0.4.0");
  });

  test("that no release has are named", async () => {
    await expect(inspectFixture("names-nobody-has")).rejects.toEqual(
      refusal("sdk_release_unknown", /noxus_sdk\.nodes\.BaseNodeV9 \(names_nobody_has\/__init__\.py:\d+\)/),
    );
  });
});

describe("the package", () => {
  test("among several folders is the one with the plugin class, and the SDK is to see only that", async () => {
    const facts = await inspectFixture("two-packages");
    expect(facts.packageName).toBe("the_plugin");
    expect(facts.uv).toMatchObject({ packagePath: "the_plugin", needsView: true });
  });

  test("may be the plugin's folder itself", async () => {
    const facts = await inspectFiles({ "__init__.py": smallestPlugin });
    expect(facts.uv).toMatchObject({ packagePath: ".", needsView: true });
    expect(facts.packageName).toBe("small");
  });

  test("may derive its class from one of its own, in another file", async () => {
    const facts = await inspectFiles({
      "small/__init__.py": 'from .base import Company\n\n\nclass Small(Company[int]):\n    name = "small"\n',
      "small/base.py": "import noxus_sdk.plugins as p\n\n\nclass Company(p.BasePlugin):\n    pass\n",
    });
    expect(facts.name).toBe("small");
  });

  test("without a plugin class is refused", async () => {
    await expect(inspectFixture("no-class")).rejects.toEqual(
      refusal("plugin_class_missing", /looked in no_class\/__init__\.py/),
    );
  });

  test("with its class where the SDK does not look is refused, and the message says where it is", async () => {
    const files = { "small/__init__.py": "from .plugin import Small\n", "small/plugin.py": smallestPlugin };
    await expect(inspectFiles(files)).rejects.toEqual(
      refusal("plugin_class_missing", /Small is defined in small\/plugin\.py.*small\/__init__\.py/),
    );
  });

  test("that is none is refused", async () => {
    await expect(inspectFiles({ "small.py": smallestPlugin })).rejects.toEqual(
      refusal("plugin_class_missing", /no Python package/),
    );
  });

  test("with two plugin classes is refused, and both are named", async () => {
    await expect(inspectFixture("two-classes")).rejects.toEqual(
      refusal("plugin_class_ambiguous", /TwoClasses \(line \d+\), Second \(line \d+\)/),
    );
  });

  test("twice in one plugin is refused", async () => {
    const files = { "one/__init__.py": smallestPlugin, "two/__init__.py": smallestPlugin };
    await expect(inspectFiles(files)).rejects.toEqual(
      refusal("plugin_class_ambiguous", /one\/__init__\.py \(Small\), two\/__init__\.py/),
    );
  });

  test.each(["git", "email", "json", "httpx", "time"])(
    "named %s is refused: Python has loaded another",
    async (name) => {
      await expect(inspectFiles({ [`${name}/__init__.py`]: smallestPlugin })).rejects.toEqual(
        refusal("plugin_package_shadowed", new RegExp(`named ${name}`)),
      );
    },
  );
});

describe("source files", () => {
  test("that are no Python are refused with file and line", async () => {
    await expect(inspectFixture("syntax-error")).rejects.toEqual(
      expect.objectContaining({
        code: "plugin_syntax_error",
        message: expect.stringContaining("syntax_error/broken.py:1"),
        data: expect.objectContaining({ file: "syntax_error/broken.py", line: 1 }),
      }),
    );
  });

  test("that nothing imports may be no Python: a warning", async () => {
    const facts = await inspectFiles({
      "small/__init__.py": smallestPlugin,
      "small/template.py": "class {{ name }}:\n",
      "small/null.py": "\0",
    });
    expect(facts.warnings).toEqual([
      expect.stringContaining("small/null.py:1"),
      expect.stringContaining("small/template.py:1"),
    ]);
  });

  test("may be of another encoding, nested deep, and import one another in a circle", async () => {
    const facts = await inspectFiles({
      "small/__init__.py": `${smallestPlugin}\nfrom .a import b\n`,
      "small/a.py": `from . import b\nx = ${"(".repeat(60)}1${")".repeat(60)}\n`,
      "small/b.py": "# -*- coding: latin-1 -*-\nfrom .a import x\n",
    });
    expect(facts.warnings).toEqual([]);
  });
});

describe("the project file", () => {
  test("that is missing is said to be", async () => {
    await expect(inspectFixture("no-project")).rejects.toEqual(
      refusal("plugin_project_missing", /no pyproject\.toml/),
    );
  });

  test("that is no TOML is refused with the line", async () => {
    await expect(inspectFiles({ "pyproject.toml": '[project]\nname = "x\n' })).rejects.toEqual(
      refusal("plugin_project_invalid", /line 2/),
    );
  });

  test("of another form is refused with the field", async () => {
    await expect(inspectFiles({ "pyproject.toml": '[project]\ndependencies = "httpx"\n' })).rejects.toEqual(
      refusal("plugin_project_invalid", /project\.dependencies/),
    );
  });

  test("without a [project] table is accepted with a warning", async () => {
    const facts = await inspectFiles({ "pyproject.toml": "", "small/__init__.py": smallestPlugin });
    expect(facts.warnings).toEqual([expect.stringContaining("no [project] table")]);
  });

  test("with a requires-python that is no specifier is refused", async () => {
    const files = { "pyproject.toml": projectFile({ requiresPython: "three" }) };
    await expect(inspectFiles(files)).rejects.toEqual(refusal("plugin_project_invalid", /"three"/));
  });
});

test("a transport that the SDK release does not have is refused", async () => {
  const settings = settingsOf({ sdkRelease: "0.5.5", transport: "stdio" });
  await expect(inspectFiles({ "small/__init__.py": smallestPlugin }, settings)).rejects.toEqual(
    refusal("transport_unsupported", /0\.5\.5/),
  );
});
