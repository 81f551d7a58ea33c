import { expect, test } from "vitest";
import { nextOccurrence, nextOccurrences, occurrencesToStart, type Schedule } from "./occurrences.ts";

const daily: Schedule = { cron: "30 2 * * *", timezone: "Europe/Berlin", missed: "once", maxMissed: 3 };
const at = (text: string) => new Date(text);
const starts = (schedule: Schedule, due: string, now: string) =>
  occurrencesToStart(schedule, { due: at(due), now: at(now) }).map((date) => date.toISOString());

test("the next time is told in the schedule's own zone, in winter as in summer", () => {
  const { cron, timezone } = { ...daily, cron: "0 9 * * *" };
  expect(nextOccurrence({ cron, timezone }, at("2026-01-10T00:00:00Z"))).toEqual(at("2026-01-10T08:00:00Z"));
  expect(nextOccurrence({ cron, timezone }, at("2026-07-10T00:00:00Z"))).toEqual(at("2026-07-10T07:00:00Z"));
});

test("a time that the clock jumps over in spring, or shows twice in autumn, comes once that day", () => {
  const spring = nextOccurrence(daily, at("2026-03-28T12:00:00Z"));
  expect(spring.toISOString().slice(0, 10)).toBe("2026-03-29");
  expect(nextOccurrence(daily, spring)).toEqual(at("2026-03-30T00:30:00Z"));
  const autumn = nextOccurrence(daily, at("2026-10-24T12:00:00Z"));
  expect(autumn.toISOString().slice(0, 10)).toBe("2026-10-25");
  expect(nextOccurrence(daily, autumn)).toEqual(at("2026-10-26T01:30:00Z"));
});

test("a time that is due is started, a little late too, whatever the policy", () => {
  for (const missed of ["skip", "once", "all"] as const)
    expect(
      starts({ ...daily, missed, cron: "0 * * * *" }, "2026-01-10T08:00:00Z", "2026-01-10T08:00:45Z"),
    ).toEqual(["2026-01-10T08:00:00.000Z"]);
});

test("missed times are skipped, started once, or all up to the limit", () => {
  const hourly = { ...daily, cron: "0 * * * *" };
  const [due, now] = ["2026-01-10T01:00:00Z", "2026-01-10T06:30:00Z"];
  expect(starts({ ...hourly, missed: "skip" }, due, now)).toEqual([]);
  expect(starts({ ...hourly, missed: "once" }, due, now)).toEqual(["2026-01-10T06:00:00.000Z"]);
  expect(starts({ ...hourly, missed: "all" }, due, now)).toEqual([
    "2026-01-10T04:00:00.000Z",
    "2026-01-10T05:00:00.000Z",
    "2026-01-10T06:00:00.000Z",
  ]);
});

test("the next times follow each other", () => {
  const times = nextOccurrences(
    { cron: "0 9 * * 1-5", timezone: "UTC" },
    { after: at("2026-01-09T10:00:00Z"), count: 2 },
  );
  expect(times).toEqual([at("2026-01-12T09:00:00Z"), at("2026-01-13T09:00:00Z")]);
});

test("nothing is started before it is due", () => {
  expect(starts(daily, "2026-01-11T01:30:00Z", "2026-01-10T12:00:00Z")).toEqual([]);
});

test("an expression that is none, a day that never comes and a zone that is none are refused with an example", () => {
  const after = at("2026-01-01T00:00:00Z");
  for (const cron of ["every day", "61 * * * *", "0 0 31 2 *"])
    expect(() => nextOccurrence({ cron, timezone: "UTC" }, after)).toThrow(/Expected a cron expression/);
  expect(() => nextOccurrence({ cron: "* * * * *", timezone: "Mars/Base" }, after)).toThrow(/time zone/);
});
