import { expect, test } from "vitest";
import { changesByVersion } from "./changes.ts";

const log = (...lines: string[]) => Object.fromEntries(changesByVersion(lines.join("\n")));

test("a section goes to the next heading of its level, whichever way the version is written", () => {
  expect(
    log(
      "# Changelog",
      "Of everything.",
      "## Unreleased",
      "- Not yet.",
      "## [2.0.0] - 2026-01-02",
      "### Added",
      "- A node.",
      "## v1.1.0 (today)",
      "- Mended.",
      "## 1.0.0-beta.1",
      "",
      "First.",
    ),
  ).toEqual({ "2.0.0": "### Added\n- A node.", "1.1.0": "- Mended.", "1.0.0-beta.1": "First." });
});

test("headings of any depth, other line ends, and a version that nothing is said of", () => {
  expect(log("# 2.0.0\r", "\r", "# 1.0.0\r", "One.\r", "## More\r", "Two.\r")).toEqual({
    "1.0.0": "One.\n## More\nTwo.",
  });
  expect(log("No headings at all.", "Version 1.0.0 was nice.")).toEqual({});
});
