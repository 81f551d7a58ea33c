import type { Plugin, PluginHistory } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { addPluginEvent } from "./plugin-events.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());

const serverId = "00000000-0000-4000-8000-000000000001";

async function install(name: string): Promise<string> {
  const body = { source: { type: "git", repo_url: `https://git.example/${name}.git` } };
  return (await platform.json<Plugin>("/v1/plugins", { body })).id;
}

async function says(pluginId: string, data: Record<string, unknown>, server = serverId): Promise<void> {
  await addPluginEvent(platform.database.db, { pluginId, serverId: server, type: "status", data });
}

const failure = (at: string) => ({ code: "plugin_exited", stage: "run", message: "It ended.", at });
const started = (startedAt: string) => ({ status: "running", version: "1.0.0", phases: [{ startedAt }] });

async function history(id: string, query = ""): Promise<PluginHistory> {
  return platform.json<PluginHistory>(`/v1/plugins/${id}/history${query}`);
}

test("tells what was asked and what came of it, equal reports once, and no steps on the way", async () => {
  const id = await install("folded");
  await says(id, { status: "installing" });
  await says(id, { ...started("2026-01-01T00:00:00.000Z"), commit: "abc" });
  await says(id, { ...started("2026-01-01T00:00:00.000Z"), commit: "abc", warnings: ["slow"] });
  await says(id, { status: "restarting", version: "1.0.0", failure: failure("2026-01-01T01:00:00.000Z") });
  await says(id, { status: "error", version: "1.0.0", failure: failure("2026-01-01T01:00:00.000Z") });
  await says(id, started("2026-01-01T01:00:05.000Z"));
  const { items, next } = await history(id);
  expect(items.map(({ type, status, failure }) => [type, status, failure?.message])).toEqual([
    ["status", "running", undefined],
    ["status", "restarting", "It ended."],
    ["status", "running", undefined],
    ["installed", undefined, undefined],
  ]);
  expect(items[2]).toMatchObject({ version: "1.0.0", commit: "abc", serverId });
  expect(next).toBeNull();
});

test("compares what one server says with what the same server said before", async () => {
  const id = await install("two-servers");
  const other = serverId.replace("1", "2");
  for (const server of [serverId, other, serverId, other])
    await says(id, started("2026-01-01T00:00:00.000Z"), server);
  expect((await history(id)).items.map((one) => one.serverId)).toEqual([other, serverId, undefined]);
});

test("names what was changed, without its values", async () => {
  const id = await install("changed");
  const body = { config: { region: "a secret place" }, settings: { replicas: 2 }, enabled: false };
  await platform.json(`/v1/plugins/${id}`, { method: "PATCH", body });
  const [newest] = (await history(id)).items;
  expect(newest).toMatchObject({ type: "changed" });
  expect(newest?.changed).toEqual(["enabled", "config.region", "settings.replicas"]);
  expect(JSON.stringify(newest)).not.toContain("a secret place");
});

test("is read page by page to its beginning", async () => {
  const id = await install("long");
  for (let minute = 10; minute < 20; minute++) await says(id, started(`2026-01-01T00:${minute}:00.000Z`));
  const first = await history(id, "?size=8");
  expect(first.items).toHaveLength(8);
  const second = await history(id, `?size=8&before=${first.next}`);
  expect(second.items.map(({ type }) => type)).toEqual(["status", "status", "installed"]);
  expect(second.next).toBeNull();
});
