import { expect, test } from "vitest";
import { madeUpPlugin } from "../../../../fixtures/plugin-files.ts";
import { readChangeLog } from "./change-log.ts";

test("a change log is read version by version, in its order", async () => {
  const text = "# Changes\n\n## 1.1.0\n\n- *New* node.\n\n## 1.0.0\n\nFirst.\n";
  await using plugin = await madeUpPlugin({ "CHANGELOG.md": text });
  expect(await readChangeLog(plugin.folder)).toEqual([
    { version: "1.1.0", text: "- *New* node." },
    { version: "1.0.0", text: "First." },
  ]);
});

test("where there is none nothing is said, and of a very long one the newest", async () => {
  await using none = await madeUpPlugin({ "README.md": "x" });
  expect(await readChangeLog(none.folder)).toEqual([]);
  const sections = Array.from({ length: 40 }, (_, n) => `## 1.${40 - n}.0\n\n${"word ".repeat(1_000)}\n`);
  await using long = await madeUpPlugin({ "CHANGELOG.md": sections.join("\n") });
  const read = await readChangeLog(long.folder);
  expect(read[0]?.version).toBe("1.40.0");
  expect(read.length).toBeLessThan(30);
  expect(read.every(({ text }) => text.length === read[0]?.text.length)).toBe(true);
});
