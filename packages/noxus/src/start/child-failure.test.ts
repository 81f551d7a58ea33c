import { expect, test } from "vitest";
import { failureFromLog } from "./child-failure.ts";

test("a program's last logged error is what is told, with its code", () => {
  const line = JSON.stringify({
    level: "fatal",
    msg: "cannot start",
    err: { code: "port_in_use", message: "Port 1 is in use." },
  });
  const error = failureFromLog("platform", "exit code 1", `noise\n${line}\nmore noise\n`, "platform.log");
  expect(error.code).toBe("port_in_use");
  expect(error.message).toBe(
    "platform did not start (exit code 1): Port 1 is in use.\nIts log: platform.log",
  );
});

test("an error printed for people is told as it is", () => {
  expect(failureFromLog("worker", "exit code 1", "error: No database.\n", "w.log").message).toContain(
    ": No database.\n",
  );
});

test("without an error the last lines are told", () => {
  expect(failureFromLog("worker", "signal SIGSEGV", "a\nb\nc\nd\n", "w.log").message).toContain("b\nc\nd");
  expect(failureFromLog("worker", "signal SIGKILL", "", "w.log").message).toContain("it wrote nothing");
});

test("of what was thrown the message is told, not the stack", () => {
  const stderr =
    "file:///a.js:1\n  throw x\n\nError [ERR_X]: Cannot find it\n    at f (a.js:1)\n}\n\nNode.js v24.21.0\n";
  expect(failureFromLog("worker", "exit code 1", stderr, "w.log").message).toContain(
    "): Error [ERR_X]: Cannot find it\n",
  );
});
