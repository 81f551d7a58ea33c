import { expect, test } from "vitest";
import { looksLikeMarkdown } from "./looks-like-markdown.ts";

test.each([
  ["# Title\ntext", true],
  ["- one\n- two", true],
  ["1. one\n2. two", true],
  ["text\n```\ncode\n```", true],
  ["some **bold** words\nand more", true],
  ["| a | b |\n|---|---|\n| 1 | 2 |", true],
  ["one line **bold**", false],
  ["a minus\n- once", false],
  ["plain\nlines\nof text", false],
  [`# Title\n${"x".repeat(100_000)}`, false],
])("%j: %s", (text, looks) => expect(looksLikeMarkdown(text)).toBe(looks));
