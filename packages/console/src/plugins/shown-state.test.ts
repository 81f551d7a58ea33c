import type { Plugin } from "@noxus/contracts";
import { expect, test } from "vitest";
import { shownState } from "./shown-state.ts";

const plugin = (status: string, report: object | null, type = "git", enabled = true) =>
  ({ status, source: { type }, report, enabled }) as unknown as Plugin;
const process = { pid: 1, state: "ready" };

test("a plugin that is held is no fault, and one that sleeps until it is called is idle", () => {
  const held = { failure: { code: "plugins_held" }, instances: [] };
  expect(shownState(plugin("error", held))).toBe("held");
  expect(shownState(plugin("error", { failure: { code: "plugin_exited" }, instances: [] }))).toBe("error");
  expect(shownState(plugin("running", { instances: [] }))).toBe("idle");
  expect(shownState(plugin("running", { instances: [process] }))).toBe("running");
});

test("a plugin that is switched off is not gone, and on its way there it is what it still is", () => {
  expect(shownState(plugin("uninstalled", { instances: [] }, "git", false))).toBe("off");
  expect(shownState(plugin("uninstalled", { instances: [] }))).toBe("uninstalled");
  expect(shownState(plugin("running", { instances: [process] }, "git", false))).toBe("running");
});

test("nothing is said of the processes of a plugin that somebody else runs, or that nobody has reported of", () => {
  expect(shownState(plugin("running", { instances: [] }, "remote"))).toBe("running");
  expect(shownState(plugin("installing", null))).toBe("installing");
});
