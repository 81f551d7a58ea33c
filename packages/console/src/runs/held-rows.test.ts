import { expect, test } from "vitest";
import { heldRows } from "./held-rows.ts";

const row = (id: string, status = "running") => ({ id, status });

test("what nobody holds is shown as it is", () => {
  expect(heldRows(undefined, [row("b"), row("a")])).toEqual({ shown: [row("b"), row("a")], waiting: 0 });
});

test("held rows stay in their places and change their state; new ones wait, old ones do not vanish", () => {
  const now = [row("d"), row("c"), row("b", "completed")];
  expect(heldRows([row("b"), row("a")], now)).toEqual({
    shown: [row("b", "completed"), row("a")],
    waiting: 2,
  });
});
