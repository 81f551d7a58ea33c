import type { PluginHappening } from "@noxus/contracts";
import { expect, test } from "vitest";
import { historyEntries } from "./history-entries.ts";

/** Newest first, as the platform tells it; ids count down from the number of happenings. */
function entriesOf(...happenings: Partial<PluginHappening>[]) {
  const all = happenings.map((one, index) => ({
    id: happenings.length - index,
    at: new Date(Date.UTC(2026, 0, 1, 12, happenings.length - index)).toISOString(),
    type: "status",
    ...one,
  }));
  return historyEntries(all as PluginHappening[]);
}

const failed = (message: string): Partial<PluginHappening> => ({
  status: "error",
  failure: { code: "plugin_exited_at_start", stage: "start", message, at: "2026-01-01T12:00:00Z" },
});

test("a start that brings something else says what ran before, whatever happened between", () => {
  const entries = entriesOf(
    { status: "running", version: "1.1.0", commit: "bbb" },
    failed("no"),
    { type: "update" },
    { status: "running", version: "1.0.0", commit: "aaa" },
    { type: "reload" },
    { status: "running", version: "1.0.0", commit: "aaa" },
  );
  expect(entries.map(({ kind, was }) => [kind, was])).toEqual([
    ["running", { version: "1.0.0", commit: "aaa" }],
    ["failed", undefined],
    ["update", undefined],
    ["running", undefined],
    ["reload", undefined],
    ["running", undefined],
  ]);
});

test("a plugin that is held is no failure, and what is on its way is left to the conditions", () => {
  const held = { status: "error", failure: { ...failed("").failure, code: "plugins_held" } } as never;
  expect(entriesOf(held, { status: "uninstalling" }, failed("no")).map(({ kind }) => kind)).toEqual([
    "held",
    "failed",
  ]);
});
