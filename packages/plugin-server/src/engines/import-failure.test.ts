import { NoxusError } from "@noxus/contracts";
import { expect, test } from "vitest";
import { asImportFailure } from "./import-failure.ts";

const exited = (stderrTail: string) =>
  new NoxusError("plugin_exited_at_start", "ended", { data: { exitCode: 1, stderrTail } });

test("a missing module is named, with what to do", () => {
  const error = asImportFailure(
    exited("Traceback (most recent call last):\n  …\nModuleNotFoundError: No module named 'requests'\n"),
  );
  expect(error).toMatchObject({ code: "plugin_import_error", data: { module: "requests", exitCode: 1 } });
  expect(error.message).toContain('Add what brings "requests"');
});

test("a missing name keeps Python's own words", () => {
  const error = asImportFailure(exited("ImportError: cannot import name 'x' from 'y'"));
  expect(error.message).toContain("cannot import name 'x' from 'y'");
  expect(error.status).toBe(422);
});

test.each([
  "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
  "ImportError: Failed to initialize: Cmd('git') failed due to: exit code(-9)",
])("what may be there another time is worth another try: %s", (words) => {
  expect(asImportFailure(exited(words))).toMatchObject({ code: "plugin_import_error", status: 503 });
});

test("every other end stays what it is", () => {
  const error = exited("ValueError: no");
  expect(asImportFailure(error)).toBe(error);
});
