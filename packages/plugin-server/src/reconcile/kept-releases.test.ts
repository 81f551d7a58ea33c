import { expect, test } from "vitest";
import { keptReleases, noteOrigin, rememberGood } from "./kept-releases.ts";
import { type Built, emptyRecord, type PluginRecord } from "./plugin-record.ts";

test("as many earlier releases are kept as asked for, the newest first, and each once", () => {
  const record = emptyRecord("a");
  for (const release of ["1", "2", "3", "4"]) rememberGood(record, buildOf(release), 2);
  expect(earlierOf(record)).toEqual(["3", "2"]);
  rememberGood(record, buildOf("3"), 2);
  expect([record.good?.release, ...earlierOf(record)]).toEqual(["3", "4", "2"]);
});

test("other settings of the same release are no other release", () => {
  const record = emptyRecord("a");
  rememberGood(record, buildOf("1"), 1);
  rememberGood(record, buildOf("2"), 1);
  rememberGood(record, { ...buildOf("2"), settingsKey: "other" }, 1);
  expect(earlierOf(record)).toEqual(["1"]);
});

test("without keeping any, and for releases that are gone, nothing is remembered", () => {
  const record = emptyRecord("a");
  for (const release of ["1", "2"]) {
    noteOrigin(record, release, originOf(release));
    record.fetched = { sourceKey: "s", reloads: 0, release, warnings: [], at: new Date().toISOString() };
    rememberGood(record, buildOf(release), 0);
  }
  expect(Object.keys(record.origins)).toEqual(["2"]);
  expect(keptReleases(record)).toMatchObject([{ release: "2", state: "current", bytes: 10, commit: "c2" }]);
});

function earlierOf({ earlier }: PluginRecord): string[] {
  return earlier.map(({ release }) => release);
}

function buildOf(release: string): Built {
  return { release, environment: "e", settingsKey: "s", facts: { version: "1" }, engine: "uv" } as Built;
}

function originOf(release: string) {
  const source = { type: "local" as const, path: "/plugin" };
  return { source, commit: `c${release}`, warnings: [], bytes: 10, at: new Date().toISOString() };
}
