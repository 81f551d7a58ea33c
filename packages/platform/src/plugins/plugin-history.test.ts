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

test("tells what was asked and what came of it, the same again and again once, and no steps on the way", async () => {
  const id = await install("folded");
  const hour = (hour: number) => `2026-01-01T0${hour}:00:00.000Z`;
  await says(id, { status: "installing" });
  await says(id, { ...started(hour(0)), commit: "abc" });
  await says(id, { ...started(hour(0)), commit: "abc", warnings: ["slow"] });
  for (const at of [hour(1), hour(2), hour(3)])
    for (const status of ["restarting", "installing", "error"])
      await says(id, { status, version: "1.0.0", failure: failure(at) });
  await says(id, started(hour(4)));
  const { items, next } = await history(id);
  expect(items.map(({ type, status, times, failure }) => [type, status, times, failure?.at])).toEqual([
    ["status", "running", 1, undefined],
    ["status", "error", 3, hour(3)],
    ["status", "running", 1, undefined],
    ["installed", undefined, 1, undefined],
  ]);
  expect(items[2]).toMatchObject({ version: "1.0.0", commit: "abc", serverId });
  expect(Date.parse(items[1]?.since ?? "")).toBeLessThan(Date.parse(items[1]?.at ?? ""));
  expect(next).toBeNull();
});

test("starts without anybody's doing are told once, and anew after somebody asked for one", async () => {
  const id = await install("starts");
  for (const minute of [10, 11, 12]) {
    await says(id, { status: "restarting", version: "1.0.0" });
    await says(id, started(`2026-01-01T00:${minute}:00.000Z`));
  }
  await platform.json(`/v1/plugins/${id}/reload`, { method: "POST" });
  await says(id, started("2026-01-01T00:13:00.000Z"));
  expect((await history(id)).items.map(({ type, times }) => [type, times])).toEqual([
    ["status", 1],
    ["reload", 1],
    ["status", 3],
    ["installed", 1],
  ]);
});

test("an update that fails beside the running release is a failure, and what ran before is not told anew", async () => {
  const id = await install("update-fails");
  const ran = { ...started("2026-01-01T00:00:00.000Z"), generation: 1, observedGeneration: 1 };
  await says(id, ran);
  await platform.json(`/v1/plugins/${id}/update`, { method: "POST" });
  await says(id, { ...ran, generation: 2 });
  await says(id, { ...ran, generation: 2, failure: failure("2026-01-01T00:01:00.000Z") });
  expect((await history(id)).items.map(({ type, status, failure }) => [type, status, failure?.code])).toEqual(
    [
      ["status", "running", "plugin_exited"],
      ["update", undefined, undefined],
      ["status", "running", undefined],
      ["installed", undefined, undefined],
    ],
  );
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
  for (let version = 1; version <= 10; version++)
    await says(id, { ...started("2026-01-01T00:00:00.000Z"), version: `${version}.0.0` });
  const first = await history(id, "?size=8");
  expect(first.items).toHaveLength(8);
  const second = await history(id, `?size=8&before=${first.next}`);
  expect(second.items.map(({ version }) => version)).toEqual(["2.0.0", "1.0.0", undefined]);
  expect(second.next).toBeNull();
});
