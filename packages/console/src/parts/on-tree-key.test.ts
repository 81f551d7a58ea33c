import type { KeyboardEvent } from "react";
import { expect, test, vi } from "vitest";
import { onTreeKey, type TreePlace } from "./on-tree-key.ts";

/** What a key did, at the second of three rows. */
function press(key: string, more: Partial<TreePlace & KeyboardEvent> = {}) {
  const place = { current: 1, count: 3, isOpen: undefined, parent: undefined, go: vi.fn(), setOpen: vi.fn() };
  const event = { key, preventDefault: vi.fn(), stopPropagation: vi.fn(), ...more };
  onTreeKey(event as unknown as KeyboardEvent, { ...place, ...more });
  return { went: place.go.mock.calls[0]?.[0], opened: place.setOpen.mock.calls[0]?.[0] };
}

test("arrows move, and stay at the ends", () => {
  expect(press("ArrowDown")).toEqual({ went: 2 });
  expect(press("ArrowDown", { current: 2 })).toEqual({ went: 2 });
  expect(press("ArrowUp", { current: 0 })).toEqual({ went: 0 });
  expect([press("Home"), press("End")]).toEqual([{ went: 0 }, { went: 2 }]);
});

test("right opens and then goes in, left closes and then goes out", () => {
  expect(press("ArrowRight", { isOpen: false })).toEqual({ opened: true });
  expect(press("ArrowRight", { isOpen: true })).toEqual({ went: 2 });
  expect(press("ArrowRight")).toEqual({});
  expect(press("ArrowLeft", { isOpen: true })).toEqual({ opened: false });
  expect(press("ArrowLeft", { parent: 0 })).toEqual({ went: 0 });
  expect(press("Enter", { isOpen: true })).toEqual({ opened: false });
});

test("keys of the browser, and those that a tree does not know, are left alone", () => {
  expect(press("ArrowDown", { ctrlKey: true })).toEqual({});
  const copy = vi.fn();
  press("c", { keys: { c: copy } });
  expect(copy).toHaveBeenCalledOnce();
});
