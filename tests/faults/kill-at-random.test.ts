import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childrenOf, killNow, treeOf } from "../../fixtures/processes.ts";
import { startCallers } from "./callers.ts";
import { type Chance, chanceOf } from "./chance.ts";
import type { Subject } from "./subjects.ts";
import { lives, World } from "./world.ts";

/*
 * Kills (SIGKILL) what works for the plugins, at random times of each phase of their lives. A round is one kill. They come
 * in volleys, so that blows also fall on what is just coming back from another; after each volley everything has to be
 * as it is wanted, and at the end nothing may be left over. Longer, or again as it was:
 *
 *     FAULT_ROUNDS=3000 vitest run tests/faults          FAULT_SEED=12345 vitest run tests/faults
 */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 2 ** 31);
const rounds = Number(process.env.FAULT_ROUNDS ?? 300);
/** A machine that is busy with something else gets through fewer rounds instead of taking longer. */
const budgetMs = Math.max(150_000, 500 * rounds);
const leastRounds = rounds / 4;
/** In the last rounds the server lives on, so that what it does not give back adds up. */
const longLife = 1 / 4;
/** Blows of one volley fall within so long: about what a start takes, or an environment. */
const volleyMs = 1_200;

const changes = ["rollback", "life", "switch", "uninstall", "reload"] as const;
type Change = (typeof changes)[number] | "update";
type Victim = "plugin" | "server" | "starting server" | "platform" | "installer" | "git" | "watchdog";

let world: World;
beforeAll(async () => {
  world = await World.create();
  await world.rest();
});
afterAll(() => world.close());

test(`whatever is killed whenever, all becomes as wanted and nothing is left (seed ${seed})`, {
  timeout: budgetMs + 180_000,
}, async () => {
  console.log(`seed ${seed}`);
  const chance = chanceOf(seed);
  const callers = startCallers(world.subjects.map(callOf), () => world.life);
  const killed: Victim[] = [];
  const startedAt = performance.now();
  const spentMs = () => performance.now() - startedAt;
  for (let volley = 0; killed.length < rounds && spentMs() < budgetMs; volley += 1) {
    const late = Math.max(killed.length / rounds, spentMs() / budgetMs) > 1 - longLife;
    const plan = planVolley(chance, { serverMayDie: !late });
    killed.push(...(await fire(plan)));
    await world.rest().catch((error: Error) => {
      const what = `volley ${volley} (${JSON.stringify(plan)})`;
      throw new Error(`after ${what}: ${error.message}`, { cause: error });
    });
  }
  for (const subject of world.subjects) Object.assign(subject, { installed: true, enabled: true });
  await world.rest();
  const calls = await callers.end();
  console.log(
    JSON.stringify({ rounds: killed.length, seconds: spentMs() / 1000, ...countOf(killed), calls }),
  );
  expect(killed.length).toBeGreaterThan(leastRounds);
  expect(calls.unexpected).toEqual([]);
  expect(calls.answered[200]).toBeGreaterThan(0);

  await world.empty();
  await expect.poll(() => world.descriptors(), { timeout: 30_000 }).toHaveLength(world.descriptorsOfNew);
  await world.stopServer();
  await world.nothingRuns();
});

interface Volley {
  changes: { name: string; change: Change; life: (typeof lives)[number] }[];
  /** Each with the dice of its own: what one of them meets does not change what the next one does. */
  blows: { victim: Victim; seed: number }[];
}

function planVolley(chance: Chance, { serverMayDie }: { serverMayDie: boolean }): Volley {
  const installing = chance.below(5) === 0;
  const victims: Victim[] = Array.from({ length: 14 }, () => "plugin");
  if (installing) victims.push("git", "installer", "installer");
  else victims.push("git", "git", "watchdog");
  if (serverMayDie && !installing) victims.push(chance.pick(["server", "starting server"]));
  if (chance.below(2) === 0) victims.push("platform");
  // An environment takes longer than all else together, so only those volleys have one that fall on it.
  const toUpdate = world.subjects.filter(({ plugin }) => plugin.hasPackages === installing);
  const changed = world.subjects.filter(() => chance.below(3) === 0);
  return {
    changes: [
      ...changed.map((subject) => planChange(subject, chance.pick(changes), chance)),
      planChange(chance.pick(toUpdate), "update", chance),
    ],
    blows: victims.map((victim) => ({ victim, seed: chance.below(2 ** 31) })),
  };
}

function planChange(
  { plugin: { name } }: Subject,
  change: Change,
  chance: Chance,
): Volley["changes"][number] {
  return { name, change, life: chance.pick(lives) };
}

/** Gives what was there to be killed. */
async function fire({ changes, blows }: Volley): Promise<Victim[]> {
  const told = Promise.withResolvers<void>();
  const strikes = blows.map(async ({ victim, seed }) => {
    const kills = await strike(victim, chanceOf(seed), told.promise);
    return Array.from({ length: kills }, () => victim);
  });
  try {
    for (const { name, change, life } of changes) {
      const subject = world.subjects.find(({ plugin }) => plugin.name === name);
      if (subject) await begin(change, subject, life);
    }
    await world.tell();
  } finally {
    told.resolve();
  }
  return (await Promise.all(strikes)).flat();
}

async function begin(change: Change, subject: Subject, life: (typeof lives)[number]): Promise<void> {
  if (change === "update") {
    // Nothing is installed for what is not wanted.
    Object.assign(subject, { installed: true, enabled: true });
    await world.update(subject);
  }
  if (change === "rollback") world.rollBack(subject);
  if (change === "life") world.live(subject, life);
  if (change === "switch") subject.enabled = !subject.enabled;
  if (change === "uninstall") subject.installed = !subject.installed;
  if (change === "reload") subject.reloads += 1;
}

/** How many were killed. `told`: the platform knows of the changes, and something may be installed for them. */
async function strike(victim: Victim, chance: Chance, told: Promise<void>): Promise<number> {
  switch (victim) {
    case "server":
      await delay(chance.below(volleyMs));
      await world.killServer();
      await world.startServer();
      return 1;
    case "starting server":
      await delay(chance.below(volleyMs));
      await world.killServer();
      return 1 + (await killStarting(chance.below(800)));
    case "platform":
      await delay(chance.below(volleyMs));
      await world.killPlatform();
      return 1;
    case "plugin":
      await delay(chance.below(volleyMs));
      return killOneOf(/python|noxus-plugin/, chance, { waitMs: volleyMs, workMs: 120 });
    case "watchdog":
      await delay(chance.below(volleyMs));
      return killOneOf(/noxus-watchdog/, chance, { waitMs: 0 });
    case "installer":
      return killOneOf(/\/uv |npm-cli/, chance, { from: told, waitMs: 4 * volleyMs, workMs: 150 });
    case "git":
      // Each Git lives for some milliseconds only.
      return killOneOf(/^git /, chance, { from: told, waitMs: 3 * volleyMs, workMs: 8 });
  }
}

/** Kills a server that is on its way up, then lets another one come up. Gives how many it killed. */
async function killStarting(afterMs: number): Promise<number> {
  let kills = 0;
  const onSpawn = (pid: number) =>
    void delay(afterMs).then(() => {
      kills = Number(killNow(pid));
    });
  const died = await world.startServer({ onSpawn }).then(
    () => false,
    () => true,
  );
  // It was faster than the blow: then it falls on one that serves.
  if (!died) await world.killServer();
  await world.startServer();
  return kills;
}

/** Waits a while (from now, or from when `from` resolves) for such a process, lets it work for a moment, and kills it or a child of it. */
async function killOneOf(
  words: RegExp,
  chance: Chance,
  { waitMs, workMs: mostWorkMs = 1, from }: { waitMs: number; workMs?: number; from?: Promise<void> },
): Promise<number> {
  let until = from ? Number.POSITIVE_INFINITY : performance.now() + waitMs;
  void from?.then(() => {
    until = performance.now() + waitMs;
  });
  const workMs = chance.below(mostWorkMs);
  for (;;) {
    const one = findOne(words, chance);
    if (one !== undefined) {
      await delay(workMs);
      // It may have ended by itself; the next one then.
      if (killNow(chance.pick([one, ...treeOf(one).map(({ pid }) => pid)]))) return 1;
    }
    if (performance.now() > until) return 0;
    await delay(4);
  }
}

/** One of the server's own children; none while there is no server. */
function findOne(words: RegExp, chance: Chance): number | undefined {
  if (world.life === undefined) return undefined;
  const found = childrenOf(world.server.pid).filter(({ command }) => words.test(command.join(" ")));
  return found.length > 0 ? chance.pick(found).pid : undefined;
}

function countOf(killed: readonly Victim[]): Partial<Record<Victim, number>> {
  return Object.fromEntries(
    Object.entries(Object.groupBy(killed, (one) => one)).map(([one, all]) => [one, all.length]),
  );
}

function callOf({ plugin: { name } }: Subject): () => Promise<Response> {
  return async () => world.server.execute(name, "echo", { text: "still there?" });
}
