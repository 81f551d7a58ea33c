import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

interface Route {
  method: string;
  path: string;
  takesJson: boolean;
}

interface Described {
  requestBody?: { content: Record<string, unknown> };
  summary?: string;
  tags?: string[];
}

async function described(): Promise<[string, string, Described][]> {
  const { paths } = await platform.json<{ paths: Record<string, Record<string, Described>> }>(
    "/openapi.json",
  );
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [path, method, operation] as [string, string, Described],
    ),
  );
}

async function everyRoute(): Promise<Route[]> {
  return (await described()).map(([path, method, { requestBody }]) => ({
    method: method.toUpperCase(),
    path: path.replaceAll(/\{\w+\}/g, randomUUID()),
    takesJson: requestBody !== undefined && "application/json" in requestBody.content,
  }));
}

/** POST /v1/session takes a key in its body; what it refuses is its own test's. */
const open = new Set(["/health", "/ready", "/v1/session"]);

describe("every route", () => {
  test("is described with a tag and a summary", async () => {
    const routes = await described();
    expect(routes.length).toBeGreaterThan(50);
    const bare = routes.filter(([, , { tags = [], summary }]) => tags.length === 0 || !summary);
    expect(bare.map(([path, method]) => `${method} ${path}`)).toEqual([]);
  });

  test("refuses an absent and a wrong key, before it looks at anything else", async () => {
    for (const { method, path } of await everyRoute()) {
      if (open.has(path)) continue;
      for (const key of ["", "nx_wrong"]) {
        const answer = await platform.send(path, { method, key });
        expect([method, path, answer.status]).toEqual([method, path, 401]);
        expect(await answer.json()).toMatchObject({ error: "unauthorized" });
      }
    }
  });

  test("that plugin servers use refuses an API key, and the others refuse the platform's key", async () => {
    for (const { method, path } of await everyRoute()) {
      if (open.has(path)) continue;
      const key = path.startsWith("/plugin-server/") ? platform.adminKey : platform.platformKey;
      const { status } = await platform.send(path, { method, key });
      expect([method, path, status]).toEqual([method, path, 401]);
    }
  });

  test("that takes JSON says so of a body that is none", async () => {
    const routes = (await everyRoute()).filter(({ takesJson }) => takesJson);
    expect(routes.length).toBeGreaterThan(10);
    for (const { method, path } of routes) {
      const key = path.startsWith("/plugin-server/") ? platform.platformKey : platform.adminKey;
      const answer = await fetch(platform.url + path, {
        method,
        headers: { "x-api-key": key, "content-type": "application/json" },
        body: '{"half": ',
      });
      expect([method, path, answer.status]).toEqual([method, path, 400]);
      expect(await answer.json()).toMatchObject({ error: "malformed_json" });
    }
  });

  test("with an unknown id answers with a code, never with a fault of ours", async () => {
    for (const id of [randomUUID(), "no-such-thing", "'; drop table plugins; --"])
      for (const [path, method] of await described()) {
        if (!path.includes("{") || method !== "get") continue;
        const key = path.startsWith("/plugin-server/") ? platform.platformKey : platform.adminKey;
        const address = path.replaceAll(/\{\w+\}/g, encodeURIComponent(id));
        const answer = await platform.send(address, { key });
        // Plugin servers are asked by some, and there is none here.
        const isAnswer = answer.status < 500 || answer.status === 503;
        expect([address, isAnswer]).toEqual([address, true]);
        await answer.body?.cancel();
      }
  });
});

describe("keys", () => {
  test("an API key may come as a bearer token", async () => {
    const answer = await platform.send("/v1/admin/me", {
      key: "",
      headers: { authorization: `Bearer ${platform.adminKey}` },
    });
    expect(await answer.json()).toMatchObject({ name: "admin", tenant_admin: true });
  });

  test("an administrator's routes refuse a key that is none, whatever the body", async () => {
    const { key } = await createTestWorkspace(platform, "plain people");
    const refused = [
      ["GET", "/v1/admin/groups"],
      ["POST", "/v1/admin/groups"],
      ["POST", `/v1/admin/groups/${randomUUID()}/api-keys`],
      ["POST", "/v1/plugins"],
      ["POST", "/v1/plugins/upload"],
      ["PATCH", "/v1/plugins/x"],
      ["DELETE", "/v1/plugins/x"],
      ["GET", "/v1/plugins/x/logs"],
      ["GET", "/v1/plugin-servers"],
    ] as const;
    for (const [method, path] of refused) {
      const answer = await platform.send(path, { method, key });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  test("a revoked key opens nothing any more", async () => {
    const { id, key } = await createTestWorkspace(platform, "short-lived");
    const { id: keyId } = await platform.json<{ id: string }>("/v1/admin/me", { key });
    await platform.json(`/v1/admin/groups/${id}/api-keys/${keyId}`, { method: "DELETE" });
    expect((await platform.send("/v1/admin/me", { key })).status).toBe(401);
  });

  test("a key is shown once, when it is made", async () => {
    const { id, key } = await createTestWorkspace(platform, "secretive");
    const answers = [`/v1/admin/groups/${id}/api-keys`, "/v1/admin/groups", "/v1/admin/me"];
    for (const path of answers) expect(await (await platform.send(path)).text()).not.toContain(key);
    expect(await (await platform.send("/v1/admin/me", { key })).text()).not.toContain(key);
  });

  test("a workspace's name is taken once, and one's own workspace is not deleted", async () => {
    await createTestWorkspace(platform, "twice");
    const again = await platform.send("/v1/admin/groups", { body: { name: "twice" } });
    expect(again.status).toBe(409);
    const { group_id } = await platform.json<{ group_id: string }>("/v1/admin/me");
    expect((await platform.send(`/v1/admin/groups/${group_id}`, { method: "DELETE" })).status).toBe(409);
  });

  test("a deleted workspace takes its keys and files along", async () => {
    const { id, key } = await createTestWorkspace(platform, "leaving");
    const form = new FormData();
    form.set("file", new Blob(["gone soon"]), "note.txt");
    await platform.json("/v1/file", { body: form, key });
    await platform.json(`/v1/admin/groups/${id}`, { method: "DELETE" });
    expect((await platform.send("/v1/admin/me", { key })).status).toBe(401);
  });
});

test("parts of the original that are not here say so, other addresses are not found", async () => {
  const others = ["agents", "conversations", "knowledge-bases", "sandboxes", "tables", "evaluations"];
  for (const part of [...others, "admin/users", "admin/roles", "admin/system-keys"])
    expect(await (await platform.send(`/v1/${part}/x`)).json()).toMatchObject({ error: "not_supported" });
  expect(await (await platform.send("/v1/plugin")).json()).toMatchObject({ error: "not_found" });
});

test("the documentation needs no key and nothing from the network", async () => {
  const page = await platform.send("/docs/", { key: "" });
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).not.toMatch(/(src|href)="https?:/);
  const script = await platform.send("/docs/js/scalar.js", { key: "" });
  expect([script.status, (await script.text()).length > 100_000]).toEqual([200, true]);
});
