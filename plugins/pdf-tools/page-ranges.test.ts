import assert from "node:assert/strict";
import { test } from "node:test";
import { pageIndexes } from "./page-ranges.ts";

test("pages are taken in the order in which they are named", () => {
  assert.deepEqual(pageIndexes("1-3, 7, 9-", 10), [0, 1, 2, 6, 8, 9]);
  assert.deepEqual(pageIndexes("3-1,1", 3), [2, 1, 0, 0]);
  assert.deepEqual(pageIndexes(" 2 - 2 ", 2), [1]);
});

test("what names no page says how to write it", () => {
  for (const wrong of ["", "one", "1-2-3", "-3", "1 2", "1,,2"])
    assert.throws(() => pageIndexes(wrong, 3), /Write them like 1-3, 7, 9-/, wrong);
});

test("a page that is not there says how many there are", () => {
  for (const wrong of ["0", "4", "2-4", "4-"])
    assert.throws(() => pageIndexes(wrong, 3), /There is no page [04]: the document has 3/, wrong);
});
