import { createHash } from "node:crypto";
import { largeValues, nodeRuns } from "@noxus/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestWorkspace, startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { v1Node } from "../../../../fixtures/workflow-runs.ts";

let platform: TestPlatform;
let owner: { id: string; key: string };
let stranger: { id: string; key: string };
/** Ids of the owner's things, by the beginning of the addresses that name them, then by parameter. */
let things: Record<string, Record<string, string>>;

/** In everything that the owner has. */
const marker = "only-the-owner-knows";

beforeAll(async () => {
  platform = await startTestPlatform();
  owner = await createTestWorkspace(platform, `owner ${marker}`);
  stranger = await createTestWorkspace(platform, "stranger");
  things = await makeThings();
});
afterAll(() => platform.stop());

const definition = { nodes: [v1Node("in", "InputNode", { label: marker })], edges: [] };

async function makeThings(): Promise<typeof things> {
  const make = async (path: string, body: unknown) =>
    (await platform.json<{ id: string }>(path, { key: owner.key, body })).id;
  const workflow = await make("/v1/workflows", { name: marker, definition });
  const versionId = await make(`/v1/workflows/${workflow}/versions`, { name: marker });
  const triggerId = await make(`/v1/workflows/${workflow}/triggers`, { definition: { marker } });
  const runId = await make(`/v1/workflows/${workflow}/runs`, { input: { [marker]: marker } });
  await platform.database.db.insert(nodeRuns).values({
    runId,
    nodeId: "in",
    nodeType: "InputNode",
    status: "completed",
    epoch: 1,
    outputs: { marker },
  });
  const sha256 = createHash("sha256").update(marker).digest("hex");
  const content = Buffer.from(JSON.stringify({ marker }));
  await platform.database.db.insert(largeValues).values({ runId, sha256, content });
  const form = new FormData();
  form.set("file", new Blob([marker]), "note.txt");
  const key = await platform.json<{ id: string }>("/v1/admin/me", { key: owner.key });
  return {
    "/v1/workflows": { id: workflow, versionId, triggerId, runId },
    "/v1/runs": { runId, nodeId: "in", sha256 },
    "/v1/triggers": { triggerId },
    "/v1/variables": { id: await make("/v1/variables", { name: marker, inline_value: marker }) },
    "/v1/credentials": {
      id: await make("/v1/credentials", { integration: "word_api", name: marker, payload: { marker } }),
    },
    "/v1/file": { id: await make("/v1/file", form) },
    "/v1/admin/groups": { id: owner.id, keyId: key.id },
  };
}

interface Route {
  method: string;
  path: string;
  hasBody: boolean;
}

/** Plugins and their nodes belong to the whole platform; the link to plugin servers and signed requests have keys of their own. */
const shared =
  /^\/(v1\/plugins|v1\/plugin-usage|v1\/marketplaces|v1\/triggers\/next-times|v1\/hooks|v1\/nodes|nodes|v1\/plugin-servers|v1\/workers|plugin-server|health|ready)(\/|$)/;

async function routesOfWorkspaces(): Promise<Route[]> {
  const { paths } = await platform.json<{ paths: Record<string, Record<string, { requestBody?: unknown }>> }>(
    "/openapi.json",
  );
  return Object.entries(paths)
    .filter(([path]) => !shared.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        hasBody: requestBody !== undefined,
      })),
    );
}

/** The address of the owner's own thing; fails for a route that this test does not know, so that none is forgotten. */
function addressOf(path: string): string {
  const start = Object.keys(things).find((each) => path.startsWith(`${each}/`));
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = start && things[start]?.[name];
    if (!id) throw new Error(`Make a thing for {${name}} of ${path} in this test.`);
    return id;
  });
}

/** Holds what any route may ask for. */
const anyBody = {
  name: "stolen",
  description: "stolen",
  definition: { nodes: [], edges: [] },
  input: {},
  integration: "word_api",
  payload: { stolen: "1" },
  inline_value: "stolen",
};

function ask({ method, path, hasBody }: Route, key: string): Promise<Response> {
  return platform.send(addressOf(path), { method, key, ...(hasBody && { body: anyBody }) });
}

const isStream = ({ path }: Route) => path.endsWith("/runs/{runId}/events") || path === "/v1/changes";

async function everythingOfTheOwner(): Promise<string[]> {
  const routes = (await routesOfWorkspaces()).filter((route) => route.method === "GET" && !isStream(route));
  const answers = [];
  for (const route of routes) {
    const isAdmins = route.path.startsWith("/v1/admin/groups") || route.path === "/metrics";
    const answer = await ask(route, isAdmins ? platform.adminKey : owner.key);
    const text = await answer.text();
    expect([route.path, answer.status]).toEqual([route.path, 200]);
    if (!isAdmins) answers.push(`${route.path}: ${text}`);
  }
  return answers;
}

test("no route gives a key anything of another workspace, or changes anything there", async () => {
  const before = await everythingOfTheOwner();
  expect(before.filter((answer) => answer.includes(marker)).length).toBeGreaterThan(12);
  const named = (await routesOfWorkspaces()).filter(({ path }) => path.includes("{"));
  expect(named.length).toBeGreaterThan(30);
  for (const route of named) {
    const answer = await ask(route, stranger.key);
    const text = await answer.text();
    const admins = route.path.startsWith("/v1/admin/groups");
    expect([route, answer.status, text]).toEqual([route, admins ? 403 : 404, text]);
    expect([route, text.includes(marker)]).toEqual([route, false]);
  }
  expect(await everythingOfTheOwner()).toEqual(before);
});

test("no list and nothing that is made reaches into another workspace", async () => {
  const before = await everythingOfTheOwner();
  const unnamed = (await routesOfWorkspaces()).filter(
    (route) => !route.path.includes("{") && !isStream(route),
  );
  const ids = Object.values(things).flatMap((each) => Object.values(each).filter((id) => id.length > 8));
  for (const route of unnamed) {
    const answer = await ask(route, stranger.key);
    const text = await answer.text();
    expect([route, answer.status < 500, ids.filter((id) => text.includes(id))]).toEqual([route, true, []]);
    expect([route, text.includes(marker)]).toEqual([route, false]);
  }
  expect(await everythingOfTheOwner()).toEqual(before);
});

test("a filter, a search and a deletion that name another workspace's things find none", async () => {
  const { id, runId = "" } = things["/v1/workflows"] ?? {};
  const { key } = stranger;
  expect(await platform.json(`/v1/runs?workflow_id=${id}`, { key })).toMatchObject({ total: 0 });
  const search = { query: marker, exact: false };
  expect(await platform.json("/v1/runs/search", { key, body: search })).toEqual({ items: [] });
  expect(await platform.json("/v1/runs/search", { key: owner.key, body: search })).toMatchObject({
    items: [{ id: runId }],
  });
  for (const body of [{ filters: { workflow_id: id } }, { run_ids: [runId] }])
    expect(await platform.json("/v1/runs/bulk/delete", { key, body })).toMatchObject({
      matched: 0,
      succeeded: 0,
    });
});
