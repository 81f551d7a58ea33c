import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rules } from "./rules.ts";

test("every rule has its place in the documents, with its severity and its fix", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/validation-rules.md"), "utf8");
  const sections = new Map(page.split(/^## /m).map((text) => [text.split("\n")[0], text]));
  for (const [rule, [severity, fix]] of Object.entries(rules)) {
    expect(sections.get(rule)?.toLowerCase(), rule).toContain(`\n${severity}. `);
    expect(sections.get(rule), rule).toContain(`Fix: ${fix}`);
  }
  expect(sections.size - 1).toBe(Object.keys(rules).length);
});
