import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Actual, type Build, isOvertaken, plan, type Step, type Wanted } from "./plan.ts";

const words = fc.constantFrom("a", "b");
const keys = fc.constantFrom("1:0", "2:0");
const times = fc.constantFrom(500, 1_000, 1_500);
const build = fc.record({ release: words, environment: words, settingsKey: words });
const block = fc.record({ wantedKey: keys, retryAtMs: times }, { requiredKeys: ["wantedKey"] });

const wantedPlugin: fc.Arbitrary<Wanted> = fc
  .record({
    enabled: fc.boolean(),
    held: fc.boolean(),
    key: keys,
    sourceKey: words,
    exactSourceKey: words,
    movable: fc.boolean(),
    reloads: fc.nat(2),
    settingsKey: words,
    configKey: words,
    replicas: fc.integer({ min: 1, max: 3 }),
    idleAfterMs: fc.constantFrom(0, 100),
    idleReplicas: fc.nat(2),
    warmSpare: fc.boolean(),
  })
  .chain((plugin) =>
    fc.option(words, { nil: undefined }).map((release) => ({ ...plugin, ...(release && { release }) })),
  );

const actualPlugin: fc.Arbitrary<Actual> = fc
  .record(
    {
      nowMs: fc.constant(1_000),
      exists: fc.boolean(),
      fetched: fc.record({ sourceKey: words, reloads: fc.nat(2), release: words }),
      prepared: build,
      kept: fc.array(words, { maxLength: 2 }),
      good: build,
      serving: fc
        .tuple(
          build,
          fc.record({ reloads: fc.nat(2), ready: fc.integer({ min: 1, max: 3 }), stale: fc.boolean() }),
        )
        .map(([made, rest]) => ({ ...made, ...rest })),
      spare: fc
        .tuple(build, fc.record({ reloads: fc.nat(2), stale: fc.boolean() }))
        .map(([made, rest]) => ({ ...made, ...rest })),
      lastCallAtMs: times,
      resting: fc.boolean(),
      misconfigured: fc.boolean(),
      checkedConfig: words,
      failures: fc.record({ update: block, run: block }, { requiredKeys: [] }),
    },
    { requiredKeys: ["nowMs", "exists", "failures"] },
  )
  // What serves was ready, and what was ready last is what serves.
  .map((actual) => (actual.serving ? { ...actual, good: actual.serving, resting: false } : actual) as Actual);

describe("the plan", () => {
  test("comes to rest, whatever it begins with, when every step succeeds", () => {
    fc.assert(
      fc.property(fc.option(wantedPlugin, { nil: undefined }), actualPlugin, (wanted, actual) => {
        const last = follow(wanted, actual);
        expect(["nothing", "wait-until"]).toContain(last.step.do);
      }),
    );
  });

  test("ends with what is wanted serving, when no failure forbids anything", () => {
    fc.assert(
      fc.property(wantedPlugin, actualPlugin, (wanted, actual) => {
        const { step, actual: end } = follow(
          { ...wanted, enabled: true, held: false, idleAfterMs: 0 },
          { ...actual, failures: {} },
        );
        expect(step).toMatchObject({ do: "nothing", settled: true });
        expect(end.serving).toMatchObject({ settingsKey: wanted.settingsKey, reloads: wanted.reloads });
        expect(end.serving?.ready).toBe(wanted.replicas);
        expect(end.checkedConfig).toBe(wanted.configKey);
        expect(end.spare !== undefined).toBe(wanted.warmSpare);
      }),
    );
  });

  test("asked twice with the same, answers the same", () => {
    fc.assert(
      fc.property(wantedPlugin, actualPlugin, (wanted, actual) => {
        expect(plan(wanted, actual)).toEqual(plan(wanted, actual));
      }),
    );
  });

  test("never stops what serves for a failure of what is on its way", () => {
    fc.assert(
      fc.property(wantedPlugin, actualPlugin, (wanted, actual) => {
        fc.pre(actual.serving !== undefined);
        const failures = { update: { wantedKey: wanted.key } };
        const step = plan({ ...wanted, enabled: true, held: false }, { ...actual, failures });
        expect(["fetch", "recall", "prepare", "replace", "start", "stop", "uninstall"]).not.toContain(
          step.do,
        );
      }),
    );
  });

  test("waits until the time of the next try, and not at all before a change where trying again makes no sense", () => {
    const actual: Actual = {
      nowMs: 0,
      exists: true,
      failures: { update: { wantedKey: "1:0", retryAtMs: 10 } },
    };
    expect(plan(wanted(), actual)).toMatchObject({ do: "wait-until", atMs: 10 });
    expect(plan(wanted(), { ...actual, nowMs: 10 })).toMatchObject({ do: "fetch" });
    const terminal: Actual = { ...actual, failures: { update: { wantedKey: "1:0" } } };
    expect(plan(wanted(), terminal)).toMatchObject({ do: "nothing", settled: false });
    expect(plan({ ...wanted(), key: "2:0" }, terminal)).toMatchObject({ do: "fetch" });
  });

  test("fetches a branch again for a reload, a pinned commit not", () => {
    const actual = serving();
    expect(plan({ ...wanted(), movable: true, reloads: 1 }, actual)).toMatchObject({ do: "fetch" });
    expect(plan({ ...wanted(), movable: false, reloads: 1 }, actual)).toMatchObject({ do: "replace" });
  });

  test("takes a release that it is pinned to from disk, where that is, else from the source", () => {
    const pinned = { ...wanted(), sourceKey: "pinned", release: "before" };
    expect(plan(pinned, { ...serving(), kept: ["r", "before"] })).toMatchObject({ do: "recall" });
    expect(plan(pinned, { ...serving(), kept: ["r"] })).toMatchObject({ do: "fetch" });
  });

  test("begins nothing while all plugins are held, and stops what serves", () => {
    const held = { ...wanted(), held: true };
    expect(plan(held, { ...gone(serving()), exists: true })).toMatchObject({ do: "nothing", settled: false });
    expect(plan(held, serving())).toMatchObject({ do: "stop" });
    expect(plan(undefined, serving())).toMatchObject({ do: "uninstall" });
    expect(isOvertaken("prepare", wanted(), held, { crashed: false })).toBe(true);
  });

  test("ends the last process when no call came for long, begins with the next one, and looks again when it may", () => {
    const idle = { ...wanted(), idleAfterMs: 100 };
    const busy = { ...serving(), nowMs: 50, lastCallAtMs: 0 };
    expect(plan(idle, busy)).toMatchObject({ do: "nothing", settled: true, untilMs: 100 });
    expect(plan(idle, { ...busy, nowMs: 100 })).toMatchObject({ do: "rest" });
    expect(plan(idle, { ...busy, nowMs: 100, misconfigured: true })).toMatchObject({ do: "nothing" });
    const { serving: _ended, ...rest } = serving();
    expect(plan(idle, { ...rest, resting: true })).toMatchObject({ do: "nothing", settled: true });
    expect(plan(idle, { ...rest, resting: false })).toMatchObject({ do: "start", which: "wanted" });
    const changed = { ...idle, configKey: "new" };
    expect(plan(changed, { ...rest, resting: true })).toMatchObject({ do: "start" });
  });

  test("keeps as many processes as an idle plugin is to have", () => {
    const idle = { ...wanted(), replicas: 3, idleAfterMs: 100, idleReplicas: 1 };
    const three = { ...serving(), serving: { ...servingBuild(), ready: 3 }, nowMs: 200, lastCallAtMs: 0 };
    expect(plan(idle, three)).toMatchObject({ do: "drain" });
    const one = { ...three, serving: { ...servingBuild(), ready: 1 } };
    expect(plan(idle, one)).toMatchObject({ do: "nothing", settled: true });
    expect(plan(idle, { ...one, lastCallAtMs: 150 })).toMatchObject({ do: "start" });
  });

  test("keeps a spare like what serves, and no other", () => {
    const spared = { ...wanted(), warmSpare: true };
    expect(plan(spared, serving())).toMatchObject({ do: "start-spare" });
    const like = { ...serving(), spare: { ...servingBuild() } };
    expect(plan(spared, like)).toMatchObject({ do: "nothing", settled: true });
    expect(plan(spared, { ...like, spare: { ...servingBuild(), reloads: 7 } })).toMatchObject({
      do: "drop-spare",
    });
    expect(plan(wanted(), like)).toMatchObject({ do: "drop-spare" });
  });

  test("starts what served last at once while a new source has to be fetched first", () => {
    const { serving: _gone, ...rest } = serving();
    expect(plan({ ...wanted(), sourceKey: "new" }, rest)).toMatchObject({ do: "start", which: "good" });
  });

  test("does not start what crashed before the change that may mend it", () => {
    const { serving: _gone, ...rest } = serving();
    const crashed = { ...rest, failures: { run: { wantedKey: "0:0", retryAtMs: 0 } } };
    expect(plan({ ...wanted(), sourceKey: "new" }, crashed)).toMatchObject({ do: "fetch" });
  });

  test("starts what crashes while an update is on its way, in the times of its back-off", () => {
    const { serving: _gone, ...rest } = serving();
    const crashed = (retryAtMs: number) => ({ ...rest, failures: { run: { wantedKey: "1:0", retryAtMs } } });
    const moved = { ...wanted(), sourceKey: "new" };
    expect(plan(moved, crashed(0))).toMatchObject({ do: "start", which: "good" });
    expect(plan(moved, crashed(10))).toMatchObject({ do: "fetch" });
  });

  test("checks a changed configuration with the running plugin, and replaces nothing", () => {
    expect(plan({ ...wanted(), configKey: "new" }, serving())).toMatchObject({ do: "reconfigure" });
  });
});

describe("a step under way", () => {
  test("is overtaken by another source, by being switched off, and by the end of what served", () => {
    const now = wanted();
    expect(isOvertaken("fetch", now, { ...now, exactSourceKey: "new" }, { crashed: false })).toBe(true);
    expect(isOvertaken("prepare", now, { ...now, enabled: false }, { crashed: false })).toBe(true);
    expect(isOvertaken("start", now, undefined, { crashed: false })).toBe(true);
    expect(isOvertaken("prepare", now, now, { crashed: true })).toBe(true);
  });

  test("goes on when only the configuration changes", () => {
    const now = wanted();
    const changed = { ...now, configKey: "new", key: "2:0" };
    for (const step of ["fetch", "prepare", "start", "replace"] as const)
      expect(isOvertaken(step, now, changed, { crashed: false })).toBe(false);
  });
});

function wanted(): Wanted {
  return {
    enabled: true,
    held: false,
    key: "1:0",
    sourceKey: "s",
    exactSourceKey: "s",
    movable: false,
    reloads: 0,
    settingsKey: "k",
    configKey: "c",
    replicas: 1,
    idleAfterMs: 0,
    idleReplicas: 0,
    warmSpare: false,
  };
}

function servingBuild() {
  return { release: "r", environment: "e", settingsKey: "k", reloads: 0, stale: false };
}

function serving(): Actual {
  const made: Build = { release: "r", environment: "e", settingsKey: "k" };
  return {
    nowMs: 0,
    exists: true,
    fetched: { sourceKey: "s", reloads: 0, release: "r" },
    prepared: made,
    good: made,
    serving: { ...made, reloads: 0, ready: 1, stale: false },
    checkedConfig: "c",
    failures: {},
  };
}

/** Takes every step as if it succeeded, until the plan rests. */
function follow(wanted: Wanted | undefined, begin: Actual): { step: Step; actual: Actual } {
  let actual = begin;
  for (let steps = 0; steps < 20; steps += 1) {
    const step = plan(wanted, actual);
    if (step.do === "nothing" || step.do === "wait-until" || !wanted || step.do === "uninstall")
      return step.do === "uninstall" ? follow(undefined, gone(actual)) : { step, actual };
    actual = after(step, wanted, actual);
  }
  throw new Error(`no rest after 20 steps: ${JSON.stringify({ wanted, begin, actual })}`);
}

function after(step: Step, wanted: Wanted, actual: Actual): Actual {
  const { serving, good, prepared, spare: _spare, ...rest } = actual;
  switch (step.do) {
    case "fetch":
      return { ...actual, fetched: fetchedFor(wanted, "new") };
    case "recall":
      return { ...actual, fetched: fetchedFor(wanted, "") };
    case "prepare": {
      const release = actual.fetched?.release ?? "";
      return { ...actual, prepared: { release, environment: "new", settingsKey: wanted.settingsKey } };
    }
    case "start": {
      const made = (step.which === "good" ? good : prepared) as Build;
      const { update } = actual.failures;
      const failures = step.which === "good" && update ? { update } : {};
      const ready = (serving?.ready ?? 0) + 1;
      return { ...actual, good: made, failures, ...served(made, wanted, ready) };
    }
    case "replace": {
      const made = prepared as Build;
      const ready = Math.min(serving?.ready ?? 1, wanted.replicas);
      return { ...actual, good: made, failures: {}, ...served(made, wanted, ready) };
    }
    case "reconfigure":
      return { ...actual, checkedConfig: wanted.configKey };
    case "drain":
      return { ...actual, ...(serving && { serving: { ...serving, ready: serving.ready - 1 } }) };
    case "rest":
      return { ...rest, resting: true, ...(good && { good }), ...(prepared && { prepared }) };
    case "start-spare":
      return { ...actual, spare: { ...(serving as Build), reloads: serving?.reloads ?? 0, stale: false } };
    case "drop-spare": {
      const { spare: _dropped, ...others } = actual;
      return others;
    }
    case "stop":
      return { ...rest, ...(good && { good }), ...(prepared && { prepared }) };
    default:
      return actual;
  }
}

function fetchedFor(
  { sourceKey, reloads, release }: Wanted,
  otherwise: string,
): NonNullable<Actual["fetched"]> {
  return { sourceKey, reloads, release: release ?? otherwise };
}

function served(
  made: Build,
  wanted: Wanted,
  ready: number,
): Pick<Actual, "serving" | "checkedConfig" | "resting"> {
  return {
    serving: { ...made, reloads: wanted.reloads, ready, stale: false },
    resting: false,
    checkedConfig: wanted.configKey,
  };
}

function gone({ nowMs }: Actual): Actual {
  return { nowMs, exists: false, failures: {} };
}
