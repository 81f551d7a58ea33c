import { expect, test } from "vitest";
import { createLogger } from "../log/logger.ts";
import { stopInOrder } from "./shutdown.ts";

const logger = createLogger({ program: "test", level: "silent" });

test("stops in order, goes on after one that fails or hangs, and gives all errors", async () => {
  const stopped: string[] = [];
  const errors = await stopInOrder(
    [
      { name: "first", stop: () => stopped.push("first") },
      { name: "failing", stop: () => Promise.reject(new Error("broken")) },
      { name: "hanging", stop: () => new Promise(() => {}), deadlineMs: 10 },
      { name: "last", stop: async () => stopped.push("last") },
    ],
    logger,
  );
  expect(stopped).toEqual(["first", "last"]);
  expect(errors.map(({ message }) => message)).toEqual(["broken", "hanging did not stop within 10 ms"]);
});
