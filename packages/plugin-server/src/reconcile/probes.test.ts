import { createLogger } from "@noxus/service";
import { expect, test } from "vitest";
import { execution, type StartedPlugin, startScript } from "../../../../fixtures/script-plugin.ts";
import type { LogLine } from "../logs/plugin-log.ts";
import { Probes } from "./probes.ts";

const answering = "serve(({ id }, pass) => pass(id, '1'));";
const silent = "serve(() => {});";

function probing(timeoutMs = 300) {
  const lines: LogLine[] = [];
  const log = { write: (line: LogLine) => lines.push(line), hide: () => () => {} };
  const logger = createLogger({ program: "test", level: "silent" });
  const probes = new Probes({ logger, logOf: () => log as never }, { timeoutMs });
  const { signal } = new AbortController();
  return { lines, probe: ({ instance }: StartedPlugin) => probes.probe({ id: "plugin" }, instance, signal) };
}

test("a process that answers none of three probes in a row is ended, and its log says why", async () => {
  await using plugin = await startScript("stdio", answering);
  const { probe, lines } = probing();
  process.kill(plugin.instance.pid, "SIGSTOP");
  await probe(plugin);
  await probe(plugin);
  expect(plugin.instance.state).toBe("ready");
  await probe(plugin);
  expect(await plugin.instance.exited).toMatchObject({
    signal: "SIGKILL",
    endedBecause: "it answered none of 3 probes",
  });
  expect(lines.map(({ text }) => text).join()).toContain("answered none of 3 probes");
});

test("one that answers in between is let be: only failures in a row count", async () => {
  await using plugin = await startScript("stdio", answering);
  const { probe } = probing();
  for (let round = 0; round < 2; round += 1) {
    process.kill(plugin.instance.pid, "SIGSTOP");
    await probe(plugin);
    await probe(plugin);
    process.kill(plugin.instance.pid, "SIGCONT");
    await expect.poll(() => plugin.instance.alive(AbortSignal.timeout(1_000))).toBe(true);
    await probe(plugin);
  }
  expect(plugin.instance.state).toBe("ready");
});

test("one long silence is one failed probe, however often it is looked at meanwhile", async () => {
  await using plugin = await startScript("stdio", answering);
  const { probe } = probing();
  process.kill(plugin.instance.pid, "SIGSTOP");
  await Promise.all(Array.from({ length: 10 }, () => probe(plugin)));
  expect(plugin.instance.state).toBe("ready");
  process.kill(plugin.instance.pid, "SIGCONT");
});

test("one that is busy with a call is not dead", async () => {
  await using plugin = await startScript("stdio", silent);
  const { probe } = probing();
  const gone = new AbortController();
  const call = plugin.instance.call(execution("n", {}, { signal: gone.signal }));
  process.kill(plugin.instance.pid, "SIGSTOP");
  for (let round = 0; round < 4; round += 1) await probe(plugin);
  expect(plugin.instance.state).toBe("ready");
  process.kill(plugin.instance.pid, "SIGCONT");
  gone.abort(new Error("gone"));
  await expect(call).rejects.toThrow("gone");
});
