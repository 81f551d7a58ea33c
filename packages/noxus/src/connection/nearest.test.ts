import { expect, test } from "vitest";
import { didYouMean, nearestNames } from "./nearest.ts";

const names = ["text-tools", "document-tools", "mailer"];

test("names that look alike are offered, nearest first", () => {
  expect(nearestNames("text-tool", names)).toEqual(["text-tools"]);
  expect(nearestNames("tools", names)).toEqual(["text-tools", "document-tools"]);
});

test("nothing is offered for a word that looks like no name", () => {
  expect(nearestNames("zzzz", names)).toEqual([]);
  expect(didYouMean("zzzz", names, "See the list.")).toBe("See the list.");
});
