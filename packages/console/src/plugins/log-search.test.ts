import { expect, test } from "vitest";
import { isWanted, readLogSearch } from "./log-search.ts";

const now = Date.parse("2026-01-02T12:00:00Z");
const line = (text: string, at = "2026-01-02T11:59:00Z", runId?: string) => ({
  at,
  text,
  stream: "stderr" as const,
  ...(runId !== undefined && { runId }),
});

test("a line is wanted where all that was asked for holds", () => {
  const wanted = (search: Record<string, unknown>, of = line("ERROR: no Licence", undefined, "r1")) =>
    isWanted(of, readLogSearch(search), now);
  expect([wanted({}), wanted({ q: "LICENCE" }), wanted({ q: "other" })]).toEqual([true, true, false]);
  expect([wanted({ level: "problems" }), wanted({ level: "problems" }, line("fine"))]).toEqual([true, false]);
  expect(wanted({ since: "5m" })).toBe(true);
  expect(wanted({ since: "5m" }, line("old", "2026-01-02T11:00:00Z"))).toBe(false);
  expect([wanted({ run: "r1" }), wanted({ run: "r2" })]).toEqual([true, false]);
  expect(wanted({ run: "r1", level: "problems", q: "licence", since: "1h" })).toBe(true);
});

test("what an address says wrongly is as if it were not there", () => {
  expect(readLogSearch({ q: "", level: "loud", since: "ever", run: 7 })).toEqual({});
});
