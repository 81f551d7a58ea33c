import { expect, test } from "vitest";
import { firstWords, parentRow, treeRows } from "./tree-rows.ts";

const paths = (root: unknown, chosen: [string, boolean][] = []) =>
  treeRows(root, new Map(chosen)).map(({ path }) => path);

test("rows are known by paths that a program can follow", () => {
  const value = { items: [{ name: "a" }], "odd key": 1, a: { b: 1 } };
  expect(paths(value, [["items[0]", true]])).toEqual([
    "items",
    "items[0]",
    "items[0].name",
    '["odd key"]',
    "a",
    "a.b",
  ]);
});

test("small branches near the root are open at first, large and deep ones when somebody opens them", () => {
  const many = Array.from({ length: 30 }, (_, index) => index);
  expect(paths({ many })).toEqual(["many"]);
  expect(paths({ many }, [["many", true]])).toHaveLength(31);
  expect(paths({ a: { b: { c: { d: 1 } } } })).toEqual(["a", "a.b", "a.b.c"]);
  expect(paths({ a: { b: 1 } }, [["a", false]])).toEqual(["a"]);
});

test("a long text is one row, opened like a branch", () => {
  const text = `first\n${"x".repeat(500)}`;
  const [row] = treeRows({ text }, new Map([["text", true]]));
  expect(row).toMatchObject({ size: text.length, open: true });
  expect(treeRows({ text }, new Map())).toMatchObject([{ open: false }]);
  expect(firstWords(text)).toBe("first…");
});

test("the row that holds another is found", () => {
  const rows = treeRows({ a: { b: 1, c: 2 }, d: 3 }, new Map());
  expect(parentRow(rows, 2)).toBe(0);
  expect(parentRow(rows, 3)).toBeUndefined();
});
