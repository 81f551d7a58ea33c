import { expect, test } from "vitest";
import { z } from "zod";
import { envFlag, envInteger, envList, parseEnvironment } from "./environment.ts";

const schema = z.object({
  PORT: envInteger(8400, 0, 65_535).describe("Port."),
  VERBOSE: envFlag(false).describe("More words."),
  ROOTS: envList.describe("Folders."),
});

test("absent and empty variables take their defaults, unknown ones are left out", () => {
  expect(parseEnvironment(schema, { PORT: "", OTHER: "x" })).toEqual({
    PORT: 8400,
    VERBOSE: false,
    ROOTS: [],
  });
});

test("values are read as what they stand for", () => {
  const parsed = parseEnvironment(schema, { PORT: "0", VERBOSE: "on", ROOTS: "/a, /b,," });
  expect(parsed).toEqual({ PORT: 0, VERBOSE: true, ROOTS: ["/a", "/b"] });
});

test("all problems are reported together, each by its variable", () => {
  const attempt = () => parseEnvironment(schema, { PORT: "70000", VERBOSE: "perhaps" });
  expect(attempt).toThrowError(/PORT: [\s\S]*VERBOSE: /);
  expect(attempt).toThrowError(expect.objectContaining({ code: "configuration_invalid" }));
});
