import { expect, test } from "vitest";
import { errorBodySchema, toErrorBody } from "./body.ts";
import { isNoxusError, NoxusError } from "./noxus-error.ts";

test("the body carries code, sentence and what a program may act on, and no more", () => {
  const cause = new Error("deep");
  const error = new NoxusError("plugin_busy", "The queue is full.", {
    data: { depth: 3 },
    retryAfterS: 1,
    cause,
  });
  expect(errorBodySchema.parse(toErrorBody(error, "r1"))).toEqual({
    error: "plugin_busy",
    detail: "The queue is full.",
    data: { depth: 3 },
    requestId: "r1",
  });
  expect(error).toMatchObject({ status: 503, cause });
});

test("errors are told apart by code", () => {
  const error: unknown = new NoxusError("not_found", "No.");
  expect(isNoxusError(error)).toBe(true);
  expect(isNoxusError(error, "not_found")).toBe(true);
  expect(isNoxusError(error, "conflict")).toBe(false);
  expect(isNoxusError(new Error("not_found"))).toBe(false);
});
