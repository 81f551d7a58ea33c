import { expect, test } from "vitest";
import { freshEngine, settingsOf } from "../../../../fixtures/engine.ts";
import { madeUpPlugin, projectFile, smallestPlugin } from "../../../../fixtures/plugin-files.ts";

const pluginFor = (requiresPython: string) =>
  madeUpPlugin({ "pyproject.toml": projectFile({ requiresPython }), "small/__init__.py": smallestPlugin });

test("an installed Python that the plugin allows is taken", async () => {
  await using fresh = await freshEngine();
  await using plugin = await pluginFor(">=3.10,<4");
  const facts = await fresh.engine.inspect(plugin, settingsOf());
  expect(facts.uv?.pythonVersion).toMatch(/^3\.\d+\.\d+$/);
});

test("where none fits and none can be had, the error names what was looked for and what is there", async () => {
  await using fresh = await freshEngine({ UV_PYTHON_DOWNLOADS: "never" });
  await using plugin = await pluginFor(">=3.99");
  await expect(fresh.engine.inspect(plugin, settingsOf())).rejects.toEqual(
    expect.objectContaining({
      code: "python_missing",
      message: expect.stringMatching(
        /No Python that fits >=3\.99,>=3\.10 was found \(installed: .*3\.\d+\.\d+/,
      ),
      data: expect.objectContaining({ wanted: ">=3.99,>=3.10" }),
    }),
  );
});
