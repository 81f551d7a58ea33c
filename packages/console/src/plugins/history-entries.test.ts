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

const failed = (message: string, exitCode = 3): Partial<PluginHappening> => ({
  status: "error",
  failure: { code: "plugin_exited_at_start", stage: "start", message, exitCode, at: "2026-01-01T12:00:00Z" },
});

test("a plugin that ends again and again in the same way is told once, with how often and since when", () => {
  const entries = entriesOf(failed("after 5 ms"), failed("after 7 ms"), failed("killed", 9), {
    type: "installed",
  });
  expect(entries.map(({ kind, times }) => [kind, times])).toEqual([
    ["failed", 2],
    ["failed", 1],
    ["installed", 1],
  ]);
  expect(entries[0]).toMatchObject({
    id: 3,
    at: "2026-01-01T12:04:00.000Z",
    since: "2026-01-01T12:03:00.000Z",
    failure: { message: "after 5 ms" },
  });
});

test("a start that brings something else says what ran before, whatever happened between", () => {
  const entries = entriesOf(
    { status: "running", version: "1.1.0", commit: "bbb" },
    failed("no"),
    { type: "update" },
    { status: "running", version: "1.0.0", commit: "aaa" },
    { status: "running", version: "1.0.0", commit: "aaa" },
  );
  expect(entries.map(({ kind, times, was }) => [kind, times, was])).toEqual([
    ["running", 1, { version: "1.0.0", commit: "aaa" }],
    ["failed", 1, undefined],
    ["update", 1, undefined],
    ["running", 2, undefined],
  ]);
});

test("a plugin that is held is no failure, and changes of different fields are told apart", () => {
  const held = { status: "error", failure: { ...failed("").failure, code: "plugins_held" } } as never;
  const change = (name: string): Partial<PluginHappening> => ({ type: "changed", changed: [name] });
  expect(entriesOf(held, change("config.a"), change("config.b")).map(({ kind }) => kind)).toEqual([
    "held",
    "changed",
    "changed",
  ]);
});
