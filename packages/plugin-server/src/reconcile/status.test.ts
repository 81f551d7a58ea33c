import { type Condition, conditionTypeSchema, statusSchema } from "@noxus/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Conditions, initialConditions, runningReasons, statusOf, withCondition } from "./status.ts";

const now = "2026-01-01T00:00:00.000Z";
const later = "2026-01-01T00:01:00.000Z";

const change: fc.Arbitrary<Omit<Condition, "since">> = fc.record({
  type: fc.constantFrom(...conditionTypeSchema.options),
  status: fc.constantFrom("true", "false", "unknown"),
  reason: fc.constantFrom("Some", ...Object.values(runningReasons)),
  message: fc.string(),
});

test("any conditions give one of the seven statuses", () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const conditions = changes.reduce((all, one) => withCondition(all, one, now), initialConditions(now));
      expect(statusSchema.options).toContain(statusOf(conditions));
    }),
  );
});

test("a plugin that serves is running, though its update failed", () => {
  expect(statusOf(given({ Running: ["true", "Ready"], Fetched: ["false", "source_unreachable"] }))).toBe(
    "running",
  );
});

test("a plugin that serves with fields missing is missing_config", () => {
  expect(statusOf(given({ Running: ["true", "Ready"], ConfigValid: ["false", "MissingConfig"] }))).toBe(
    "missing_config",
  );
});

test("each way of not serving has its word", () => {
  expect(statusOf(given({}))).toBe("installing");
  expect(statusOf(given({ Fetched: ["true", "Fetched"], EnvironmentReady: ["unknown", "Preparing"] }))).toBe(
    "installing",
  );
  expect(statusOf(given({ Fetched: ["false", "archive_invalid"] }))).toBe("error");
  expect(statusOf(given({ EnvironmentReady: ["false", "plugin_syntax_error"] }))).toBe("error");
  expect(statusOf(given({ Running: ["false", "plugin_exited"] }))).toBe("error");
  expect(statusOf(given({ Running: ["unknown", "Restarting"] }))).toBe("restarting");
  expect(statusOf(given({ Running: ["unknown", "Uninstalling"] }))).toBe("uninstalling");
  expect(statusOf(given({ Running: ["false", "Uninstalled"] }))).toBe("uninstalled");
  expect(statusOf(given({ Running: ["false", "Disabled"] }))).toBe("uninstalled");
});

test("since moves with status or reason, not with the message", () => {
  const one = withCondition(
    initialConditions(now),
    { type: "Fetched", status: "unknown", reason: "Fetching", message: "1 %" },
    later,
  );
  expect(one.Fetched.since).toBe(later);
  const two = withCondition(
    one,
    { type: "Fetched", status: "unknown", reason: "Fetching", message: "2 %" },
    now,
  );
  expect(two.Fetched).toMatchObject({ since: later, message: "2 %" });
});

type Short = [Condition["status"], string];

function given(changes: Partial<Record<Condition["type"], Short>>): Conditions {
  return Object.entries(changes).reduce(
    (all, [type, [status, reason]]) =>
      withCondition(all, { type: type as Condition["type"], status, reason, message: "" }, now),
    initialConditions(now),
  );
}
