import { expect, test } from "vitest";
import { errorWords, innerCode } from "./error-words.ts";

test("a short error is said whole", () => {
  expect(errorWords('Node "A" failed: out of cheese')).toEqual({
    title: 'Node "A" failed: out of cheese',
    more: undefined,
  });
});

test("of a traceback its last line is said, with the node's name, and the rest is at hand", () => {
  const message =
    'Node "A" failed: Traceback (most recent call last):\n  File "a.py", line 1\n    x()\nValueError: no x\n';
  expect(errorWords(message)).toEqual({ title: 'Node "A" failed: ValueError: no x', more: message });
});

test("of a long answer the beginning is said", () => {
  const { title, more } = errorWords("x".repeat(2_000));
  expect(title).toHaveLength(281);
  expect(more).toHaveLength(2_000);
});

test("the plugin server's code goes before the run's own", () => {
  expect(innerCode({ code: "node_failed", message: "", data: { code: "plugin_missing_config" } })).toBe(
    "plugin_missing_config",
  );
  expect(innerCode({ code: "node_timeout", message: "" })).toBe("node_timeout");
});
