import { expect, test } from "vitest";
import { newerChanges } from "./newer-changes.ts";

const log = ["1.2.0", "1.1.0", "1.0.0"].map((version) => ({ version, text: `of ${version}` }));
const versions = (running: string | null) => newerChanges(log, running).map(({ version }) => version);

test("what an update brings is all since the running version, or the newest where that is not known", () => {
  expect(versions("1.0.0")).toEqual(["1.2.0", "1.1.0"]);
  expect(versions("v1.1.0")).toEqual(["1.2.0"]);
  expect(versions("1.2.0")).toEqual([]);
  expect(versions("0.9.0")).toEqual(["1.2.0"]);
  expect(versions(null)).toEqual(["1.2.0"]);
  expect(newerChanges([], "1.0.0")).toEqual([]);
});
