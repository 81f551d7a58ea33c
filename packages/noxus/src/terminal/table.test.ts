import { expect, test } from "vitest";
import { formatDuration } from "./duration.ts";
import { formatFields, formatTable } from "./table.ts";

test("columns are as wide as their widest cell, and no line ends in spaces", () => {
  expect(
    formatTable(
      ["NAME", "N"],
      [
        ["text-tools", "3"],
        ["a", ""],
      ],
    ),
  ).toEqual(["NAME        N", "text-tools  3", "a"]);
  expect(formatTable(["NAME"], [])).toEqual([]);
});

test("fields without a value are left out", () => {
  expect(
    formatFields([
      ["name", "a"],
      ["version", null],
      ["status", "running"],
    ]),
  ).toEqual(["name    a", "status  running"]);
});

test("durations read well from milliseconds to minutes", () => {
  expect([3, 949, 1250, 125_000].map(formatDuration)).toEqual(["3 ms", "949 ms", "1.3 s", "2 min 05 s"]);
});
