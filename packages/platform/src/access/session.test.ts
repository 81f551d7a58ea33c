import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.stop());

/** What a browser keeps after it signed in. */
async function signIn(body: Record<string, string>): Promise<string> {
  const answer = await platform.send("/v1/session", { key: "", body });
  expect(answer.status).toBe(200);
  return answer.headers.get("set-cookie") ?? "";
}

const asBrowser = (cookie: string) => ({ cookie: cookie.split(";")[0] ?? "", origin: platform.url });

describe("a session", () => {
  test("opens with a key what the key opens, and is out of reach of scripts and other sites", async () => {
    const cookie = await signIn({ key: platform.adminKey });
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).not.toContain(platform.adminKey);
    const me = await platform.json("/v1/admin/me", { key: "", headers: asBrowser(cookie) });
    expect(me).toMatchObject({ name: "admin", tenant_admin: true });
  });

  test("changes nothing for a page of another origin, also of another port of this host", async () => {
    const { cookie } = asBrowser(await signIn({ key: platform.adminKey }));
    for (const origin of ["https://elsewhere.example", "http://127.0.0.1:1", "null", undefined]) {
      const headers = { cookie, ...(origin && { origin }) };
      const answer = await platform.send("/v1/admin/groups", { key: "", body: { name: "forged" }, headers });
      expect([origin, answer.status]).toEqual([origin, 403]);
    }
  });

  test("ends with its key", async () => {
    const { id, key } = await createTestWorkspace(platform, "soon revoked");
    const headers = asBrowser(await signIn({ key }));
    const { id: keyId } = await platform.json<{ id: string }>("/v1/admin/me", { key: "", headers });
    await platform.json(`/v1/admin/groups/${id}/api-keys/${keyId}`, { method: "DELETE" });
    expect((await platform.send("/v1/admin/me", { key: "", headers })).status).toBe(401);
  });

  test("that was altered, or that was signed out, is none, also for who has a copy of its cookie", async () => {
    const cookie = await signIn({ key: platform.adminKey });
    const { cookie: pair, origin } = asBrowser(cookie);
    const altered = { cookie: `${pair.slice(0, -4)}AAAA`, origin };
    expect((await platform.send("/v1/admin/me", { key: "", headers: altered })).status).toBe(401);
    const out = await platform.send("/v1/session", {
      key: "",
      method: "DELETE",
      headers: { cookie: pair, origin },
    });
    expect(out.headers.get("set-cookie")).toMatch(/=; .*(Expires|Max-Age=0)/);
    expect((await platform.send("/v1/admin/me", { key: "", headers: { cookie: pair, origin } })).status).toBe(
      401,
    );
    const other = asBrowser(await signIn({ key: platform.adminKey }));
    expect((await platform.send("/v1/admin/me", { key: "", headers: other })).status).toBe(200);
  });

  test("is refused to a wrong key and to a body without any", async () => {
    const wrong = await platform.send("/v1/session", { key: "", body: { key: "nx_wrong" } });
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { error: "unauthorized" }]);
    expect((await platform.send("/v1/session", { key: "", body: {} })).status).toBe(400);
  });
});

describe("a sign-in link", () => {
  test("signs in once, with the rights of the key that made it", async () => {
    const { key } = await createTestWorkspace(platform, "linked");
    const { url } = await platform.json<{ url: string }>("/v1/session/links", { method: "POST", key });
    const { pathname, hash } = new URL(url);
    expect(pathname).toBe("/console/sign-in");
    const cookie = await signIn({ code: hash.slice(1) });
    const me = await platform.json("/v1/admin/me", { key: "", headers: asBrowser(cookie) });
    expect(me).toMatchObject({ tenant_admin: false });
    const again = await platform.send("/v1/session", { key: "", body: { code: hash.slice(1) } });
    expect([again.status, await again.json()]).toMatchObject([401, { error: "unauthorized" }]);
  });
});
