import { expect, test } from "vitest";
import { ApiError } from "../api/client.ts";
import { fieldErrors } from "./field-errors.ts";

const refused = (...fields: { path: string; message: string }[]) =>
  new ApiError(422, { error: "plugin_config_invalid", detail: "does not fit", fields }, "");

test("an error stands at its field, whether the platform or the plugin names it; the rest above the form", () => {
  const error = refused(
    { path: "config.count", message: "must be a number" },
    { path: "config", message: "url: is no address" },
    { path: "config", message: "too many of them" },
  );
  expect(fieldErrors(error, ["count", "url"])).toEqual({
    fields: { count: "must be a number", url: "url: is no address" },
    rest: ["too many of them"],
  });
});

test("an error without fields is shown whole, none shows nothing", () => {
  expect(fieldErrors(new ApiError(0, {}, "no answer"), [])).toEqual({ fields: {}, rest: ["no answer"] });
  expect(fieldErrors(null, [])).toEqual({ fields: {}, rest: [] });
});

test("of two forms in one request each has its own", () => {
  const error = refused(
    { path: "inputs.text", message: "is required" },
    { path: "config.text", message: "is too long" },
  );
  expect(fieldErrors(error, ["text"], "inputs").fields).toEqual({ text: "is required" });
  expect(fieldErrors(error, ["text"]).fields).toEqual({ text: "is too long" });
});
