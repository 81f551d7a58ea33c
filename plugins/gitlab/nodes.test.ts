import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { isReady, runNode } from "@noxus/sdk/testing";
import { createIssue } from "./create-issue.ts";
import { type GitLabCredentials, gitlab } from "./gitlab.ts";
import { GitLabServer } from "./gitlab-server.ts";
import { listIssues } from "./list-issues.ts";

let server: GitLabServer;
beforeEach(async () => {
  server = await GitLabServer.start();
});
afterEach(() => server.close());

const project = "team/tools";
const given = (credentials: GitLabCredentials = server.credentials) => ({
  credentials: { gitlab: { ...credentials } },
});
const list = (config: object = {}, credentials?: GitLabCredentials) =>
  runNode(listIssues, { config: { project, ...config }, ...given(credentials) });
const create = (title: string) =>
  runNode(createIssue, { inputs: { title }, config: { project }, ...given() });

test("issues come from all pages, and no page is asked for that is not needed", async () => {
  for (let number = 1; number <= 250; number++) server.addIssue(`Issue ${number}`);
  const all = await list({ limit: 1000 });
  assert.equal(all.outputs.count, 250);
  assert.equal((all.outputs.issues[249] as { title: string }).title, "Issue 1");
  assert.equal(server.requests.length, 3);
  assert.equal((await list({ limit: 200 })).outputs.count, 200);
  assert.equal(server.requests.length, 5);
});

test("an issue is opened", async () => {
  const { outputs } = await create("Engine stops");
  assert.deepEqual(outputs, { number: 1, url: server.issues[0]?.web_url });
  assert.equal(server.issues[0]?.title, "Engine stops");
});

test("an access token that has ended is renewed, and the new ones are stored", async () => {
  const { outputs, credentialUpdates } = await list({}, server.endedCredentials());
  assert.equal(outputs.count, 0);
  assert.deepEqual(
    credentialUpdates.map(({ integration, payload }) => ({ integration, payload })),
    [{ integration: "gitlab", payload: { ...server.credentials } }],
  );
});

test("calls side by side share one renewal, and later ones with old tokens find the newest", async () => {
  const ended = server.endedCredentials();
  await Promise.all([list({}, ended), list({}, ended), list({}, ended)]);
  assert.equal(server.requests.filter((one) => one === "POST /oauth/token").length, 1);
  // The tokens of then have ended meanwhile.
  await list({}, server.endedCredentials());
  const { credentialUpdates } = await list({}, ended);
  assert.deepEqual(credentialUpdates[0]?.payload, { ...server.credentials });
  assert.equal(server.requests.filter((one) => one === "POST /oauth/token").length, 2);
});

test("what cannot be renewed says to connect again", async () => {
  const personal = { ...server.endedCredentials(), refresh_token: undefined };
  await assert.rejects(list({}, personal), /does not take the access token\. Connect GitLab again/);
  const used = { ...server.endedCredentials(), refresh_token: "used up" };
  await assert.rejects(list({}, used), /does not renew the access any more\. Connect GitLab again/);
});

test("where GitLab asks to wait, the call waits; where that is too long, it says so", async () => {
  server.failures.push({ status: 429, headers: { "retry-after": "0" } });
  assert.equal((await create("After the wait")).outputs.number, 1);
  server.failures.push({ status: 429, headers: { "retry-after": "3600" }, body: "Slow down" });
  await assert.rejects(list(), /no more requests for now.*Slow down/);
});

test("an error of GitLab is tried again where nothing changes, and only there", async () => {
  server.failures.push({ status: 500 }, { status: 502 });
  assert.equal((await list()).outputs.count, 0);
  server.failures.push({ status: 500, body: "out of engines" });
  await assert.rejects(create("Once"), { name: "Error", message: "GitLab answered 500: out of engines" });
  assert.equal(server.issues.length, 0);
});

test("what the user can put right is told as such", async () => {
  await assert.rejects(list({ project: "no/where" }), { name: "UserError", message: /project's path/ });
  await assert.rejects(create(""), { name: "UserError", message: /title.*can't be blank/ });
  await assert.rejects(list({ limit: 0 }), { name: "ConfigError", message: /limit/ });
  const nowhere = { ...server.credentials, address: "http://127.0.0.1:1" };
  await assert.rejects(list({}, nowhere), { name: "UserError", message: /cannot be reached at http/ });
  const noAddress = { ...server.credentials, address: "gitlab" };
  await assert.rejects(list({}, noAddress), { name: "UserError", message: /must be like https:/ });
});

test("the integration asks whether the credentials are good, or can be renewed", async () => {
  assert.equal(await isReady(gitlab, server.credentials), true);
  assert.equal(await isReady(gitlab, server.endedCredentials()), true);
  assert.equal(await isReady(gitlab, { address: server.address, access_token: "wrong" }), false);
  assert.equal(await isReady(gitlab, { address: "gitlab", access_token: "any" }), false);
});
