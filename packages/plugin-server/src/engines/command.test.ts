import { describe, expect, test } from "vitest";
import { assertNotKilled, type CommandOptions, endOf, runCommand, tailOf } from "./command.ts";

const sh = (script: string, options: Partial<CommandOptions> = {}) =>
  runCommand("/bin/sh", ["-c", script], {
    env: { PATH: "/usr/bin:/bin" },
    timeoutMs: 30_000,
    signal: AbortSignal.timeout(40_000),
    ...options,
  });

test("a command gives its exit code, both outputs and every line as it comes, and inherits nothing", async () => {
  const lines: string[] = [];
  const result = await sh("echo out; echo one >&2; echo two >&2; env; exit 3", {
    onLine: (line) => lines.push(line),
  });
  expect(result).toMatchObject({ exitCode: 3, signal: null, timedOut: false, stderr: "one\ntwo\n" });
  expect(result.stdout).toMatch(/^out\n/);
  expect(result.stdout).not.toContain("HOME=");
  expect(lines).toEqual(["one", "two"]);
  expect(endOf(result)).toBe("ended with exit code 3");
});

test("one that takes too long is ended with all its children, and said to have", async () => {
  const result = await sh("sleep 100 & sleep 100", { timeoutMs: 200 });
  expect(result).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: true });
  expect(endOf(result)).toBe("took too long and was ended");
});

test("one that somebody else killed is a passing failure; one that ended or took too long is not", async () => {
  const killed = await sh("kill -9 $$");
  expect(killed).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: false });
  expect(() => assertNotKilled(killed, "uv")).toThrow(
    expect.objectContaining({ code: "environment_failed", message: expect.stringContaining("SIGKILL") }),
  );
  for (const other of [await sh("exit 1"), await sh("sleep 100", { timeoutMs: 100 })])
    expect(() => assertNotKilled(other, "uv")).not.toThrow();
});

test("one that is not wanted any more is ended, with the reason", async () => {
  const cancel = new AbortController();
  const result = sh("echo ready >&2; sleep 100", {
    onLine: () => cancel.abort(new Error("cancelled")),
    signal: cancel.signal,
  });
  await expect(result).rejects.toThrow("cancelled");
  await expect(sh("exit 0", { signal: cancel.signal })).rejects.toThrow("cancelled");
});

test("one that leaves a child with its output open ends all the same", async () => {
  const result = await sh("setsid sleep 3 & sleep 0.1; echo done");
  expect(result).toMatchObject({ exitCode: 0, stdout: "done\n" });
});

test("one that cannot be started rejects", async () => {
  const options = { env: {}, timeoutMs: 1000, signal: AbortSignal.timeout(10_000) };
  await expect(runCommand("/no/such/command", [], options)).rejects.toThrow("ENOENT");
});

describe("the tail of an output", () => {
  test("is its end, marked where something is missing", () => {
    expect(tailOf("  short \n")).toBe("short");
    expect(tailOf("0123456789", 4)).toBe("…6789");
  });
});
