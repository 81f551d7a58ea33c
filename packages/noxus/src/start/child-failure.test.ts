import { expect, test } from "vitest";
import { failureOf } from "./child-failure.ts";

const ended = { name: "worker", words: "exit code 1", stderr: "", logPath: "w.log" };

test("what a program told its parent goes before all that it wrote", () => {
  const told = { error: "port_in_use", detail: "Port 1 is in use." };
  const error = failureOf({ ...ended, told, stderr: "error: something\n" });
  expect([error.code, error.message]).toEqual([
    "port_in_use",
    "worker did not start (exit code 1): Port 1 is in use.\nIts log: w.log",
  ]);
});

test("a program's last logged error is what is told, with its code", () => {
  const line = JSON.stringify({
    level: "fatal",
    msg: "cannot start",
    err: { code: "port_in_use", message: "Port 1 is in use." },
  });
  const error = failureOf({
    ...ended,
    name: "platform",
    stderr: `noise\n${line}\nmore noise\n`,
    logPath: "platform.log",
  });
  expect(error.code).toBe("port_in_use");
  expect(error.message).toBe(
    "platform did not start (exit code 1): Port 1 is in use.\nIts log: platform.log",
  );
});

test("an error printed for people is told as it is", () => {
  expect(failureOf({ ...ended, stderr: "error: No database.\n" }).message).toContain(": No database.\n");
});

test("without an error the last lines are told", () => {
  expect(failureOf({ ...ended, stderr: "a\nb\nc\nd\n" }).message).toContain("b\nc\nd");
  expect(failureOf(ended).message).toContain("it wrote nothing");
});

test("of what was thrown the message is told, not the stack", () => {
  const stderr =
    "file:///a.js:1\n  throw x\n\nError [ERR_X]: Cannot find it\n    at f (a.js:1)\n}\n\nNode.js v24.21.0\n";
  expect(failureOf({ ...ended, stderr }).message).toContain("): Error [ERR_X]: Cannot find it\n");
});
