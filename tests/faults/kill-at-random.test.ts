import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { childrenOf, killNow, treeOf } from "../../fixtures/processes.ts";
import { startCallers } from "./callers.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { lives, type Subject, World } from "./world.ts";

/*
 * Kills (SIGKILL) what works for the plugins, at random times of each phase of their lives, and looks whether everything
 * is as wanted afterwards, and nothing is left over. Longer, or again as it was:
 *
 *     FAULT_ROUNDS=300 vitest run tests/faults          FAULT_SEED=12345 vitest run tests/faults
 */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 2 ** 31);
const askedRounds = process.env.FAULT_ROUNDS;
const rounds = Number(askedRounds ?? 24);
/** In the suite a slow machine gets through fewer rounds instead of taking longer. */
const budgetMs = askedRounds ? 5_000 * rounds : 45_000;
const leastRounds = 4;
/** In the last rounds the server lives on, so that what it does not give back adds up. */
const longLife = 1 / 3;

const changes = ["none", "update", "rollback", "life", "switch", "uninstall", "reload"] as const;
const victims = ["plugin", "server", "starting server", "installer", "git", "watchdog"] as const;
type Change = (typeof changes)[number];
type Victim = (typeof victims)[number];

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
  const killed: Record<string, number> = {};
  const deadline = Date.now() + budgetMs;
  let round = 0;
  for (; round < rounds && (round < leastRounds || Date.now() < deadline); round += 1) {
    const late = round >= rounds * (1 - longLife) || Date.now() > deadline - budgetMs * longLife;
    const what = await playRound(chance, { serverMayDie: !late });
    if (what.done) killed[what.victim] = (killed[what.victim] ?? 0) + 1;
    if (round % 25 === 24) console.log(`${round + 1} rounds: ${JSON.stringify(killed)}`);
    // Often the next blow falls before all is well again.
    if (chance.below(2) === 0) await restAfter(round, what);
  }
  for (const subject of world.subjects) Object.assign(subject, { installed: true, enabled: true });
  await world.rest();
  const calls = await callers.end();
  console.log(JSON.stringify({ rounds: round, killed, calls: { ...calls, unexpected: undefined } }));
  expect(calls.unexpected).toEqual([]);
  expect(calls.answered[200]).toBeGreaterThan(0);

  await world.empty();
  await expect.poll(() => world.descriptors(), { timeout: 30_000 }).toHaveLength(world.descriptorsOfNew);
  await world.stopServer();
  await world.nothingRuns();
});

interface Round {
  change: Change;
  victim: Victim;
  subject: string;
  /** Whether there was anything to kill. */
  done: boolean;
}

async function playRound(chance: Chance, { serverMayDie }: { serverMayDie: boolean }): Promise<Round> {
  const subject = chance.pick(world.subjects);
  const victim = chance.pick(victims.filter((one) => serverMayDie || !one.includes("server")));
  const isInstaller = victim === "installer" || victim === "git";
  const change = isInstaller ? "update" : chance.pick(changes);
  // These work only for what is wanted.
  if (isInstaller) Object.assign(subject, { installed: true, enabled: true });
  await begin(change, subject, chance);
  const done = await strike(victim, chance);
  return { change, victim, subject: subject.name, done };
}

async function begin(change: Change, subject: Subject, chance: Chance): Promise<void> {
  if (change === "update") await world.update(subject);
  if (change === "rollback") world.rollBack(subject);
  if (change === "life") world.live(subject, chance.pick(lives));
  if (change === "switch") {
    subject.enabled = !subject.enabled;
    subject.wanted.generation += 1;
  }
  if (change === "uninstall") subject.installed = !subject.installed;
  if (change === "reload") subject.wanted.reloads = (subject.wanted.reloads ?? 0) + 1;
  await world.tell();
}

async function strike(victim: Victim, chance: Chance): Promise<boolean> {
  switch (victim) {
    case "server":
      await delay(chance.below(2_000));
      await world.killServer();
      await world.startServer();
      return true;
    case "starting server":
      await world.killServer();
      return killStarting(chance.below(800));
    case "plugin":
      await delay(chance.below(1_500));
      return killOneOf(/python|noxus-plugin/, chance, { waitMs: 500, workMs: 120 });
    case "watchdog":
      return killOneOf(/noxus-watchdog/, chance, { waitMs: 0 });
    case "installer":
      return killOneOf(/\/uv |npm-cli/, chance, { waitMs: 2_000, workMs: 150 });
    case "git":
      // Each Git lives for some milliseconds only.
      return killOneOf(/^git /, chance, { waitMs: 2_000, workMs: 8 });
  }
}

/** Kills a server that is on its way up, then lets another one come up. */
async function killStarting(afterMs: number): Promise<boolean> {
  let done = false;
  const onSpawn = (pid: number) =>
    void delay(afterMs).then(() => {
      done = killNow(pid);
    });
  const died = await world.startServer({ onSpawn }).then(
    () => false,
    () => true,
  );
  // It was faster than the blow: then it falls on one that serves.
  if (!died) await world.killServer();
  await world.startServer();
  return done;
}

/** Waits a while for such a process, lets it work for a moment, and kills it or one of its own children. */
async function killOneOf(
  words: RegExp,
  chance: Chance,
  { waitMs, workMs: mostWorkMs = 1 }: { waitMs: number; workMs?: number },
): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  const workMs = chance.below(mostWorkMs);
  for (;;) {
    const found = childrenOf(world.server.pid).filter(({ command }) => words.test(command.join(" ")));
    const one = found.length > 0 ? chance.pick(found) : undefined;
    if (one) {
      await delay(workMs);
      // It may have ended by itself; the next one then.
      if (killNow(chance.pick([one, ...treeOf(one.pid)]).pid)) return true;
    }
    if (Date.now() > deadline) return false;
    await delay(2);
  }
}

async function restAfter(round: number, what: Round): Promise<void> {
  await world.rest().catch((error: Error) => {
    throw new Error(`after round ${round} (${JSON.stringify(what)}): ${error.message}`, { cause: error });
  });
}

function callOf({ name }: Subject): () => Promise<Response> {
  const node = name === "with-integration" ? undefined : "echo";
  return async () =>
    node
      ? world.server.execute(name, node, { text: "still there?" })
      : world.server.request("GET", `/plugins/${name}/manifest`);
}
