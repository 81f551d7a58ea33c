import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
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

test.for([
  ["was ended once is asked again", 1],
  ["ends each time is looked past", 100],
] as const)("an interpreter that %s", async ([, deaths]) => {
  const folder = await mkdtemp(join(tmpdir(), "noxus-python-"));
  try {
    await writeFile(join(folder, "python3"), dyingPython(folder, deaths), { mode: 0o755 });
    await using fresh = await freshEngine({ PATH: [folder, process.env.PATH].join(delimiter) });
    await using plugin = await pluginFor(">=3.10,<4");
    const facts = await fresh.engine.inspect(plugin, settingsOf());
    expect(facts.uv?.pythonVersion).toMatch(/^3\.\d+\.\d+$/);
    expect((await readFile(join(folder, "asked"), "utf8")).length).toBeGreaterThanOrEqual(2);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** A python3 that is ended by SIGKILL the first `deaths` times, and then is the next one on PATH. */
function dyingPython(folder: string, deaths: number): string {
  return `#!/bin/sh
printf x >> "${folder}/asked"
[ "$(wc -c < "${folder}/asked")" -gt ${deaths} ] || kill -9 $$
PATH="\${PATH#*:}"
exec python3 "$@"
`;
}
