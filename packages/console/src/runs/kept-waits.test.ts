import { expect, test } from "vitest";
import type { OpenWait } from "../api/runs.ts";
import { keptWaits } from "./kept-waits.ts";

const wait = (run_id: string, question = "") =>
  ({ run_id, node_id: "ask", item: null, question }) as OpenWait;

test("what was seen stays in its place when it is decided, and what comes goes to the end", () => {
  const kept = keptWaits([wait("a"), wait("b")], [wait("b", "changed"), wait("c")]);
  expect(kept).toEqual([wait("a"), wait("b", "changed"), wait("c")]);
});
