import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { fetchDatasource, pollTrigger } from "@noxus/sdk/testing";
import { GitLabServer } from "./gitlab-server.ts";
import { newIssue } from "./new-issue.ts";
import { repositoryFiles } from "./repository-files.ts";

let server: GitLabServer;
beforeEach(async () => {
  server = await GitLabServer.start();
});
afterEach(() => server.close());

const project = "team/tools";
const given = () => ({ credentials: { gitlab: { ...server.credentials } } });
type State = Awaited<ReturnType<typeof poll>>["state"];
const poll = (state?: { after: string | null; seen: number[] }) =>
  pollTrigger(newIssue, { config: { project }, ...given(), ...(state && { state }) });
const titles = (events: readonly { title: string }[]) => events.map(({ title }) => title);

test("the first poll learns what is there, the next ones find what came since, once", async () => {
  server.addIssue("old");
  const first = await poll();
  assert.deepEqual(first.events, []);
  server.addIssue("new");
  const second = await poll(first.state);
  const url = server.issues[1]?.web_url;
  assert.deepEqual(second.events, [{ title: "new", description: "", author: "ada", number: 2, url }]);
  assert.deepEqual((await poll(second.state)).events, []);
});

test("issues of the same moment are not lost, and not told twice", async () => {
  const moment = "2026-02-01T00:00:00.000Z";
  server.addIssue("a", moment);
  let state: State = (await poll()).state;
  for (const title of ["b", "c"]) {
    server.addIssue(title, moment);
    const polled = await poll(state);
    assert.deepEqual(titles(polled.events), [title]);
    state = polled.state;
  }
  assert.deepEqual(state, { after: moment, seen: [1, 2, 3] });
});

test("of an empty project the first issue is new; of very many, the oldest come first and none is lost", async () => {
  const { state } = await poll();
  for (let number = 1; number <= 510; number++)
    server.addIssue(`${number}`, new Date(1_800_000_000_000 + number).toISOString());
  const first = await poll(state);
  const second = await poll(first.state);
  assert.deepEqual([first.events.length, second.events.length], [500, 10]);
  assert.deepEqual([first.events[0]?.title, second.events.at(-1)?.title], ["1", "510"]);
});

test("a folder's files are taken in, from all pages, and no others", async () => {
  for (let number = 1; number <= 101; number++) server.files.set(`docs/${number}.txt`, "no");
  server.files.set("docs/start.md", "# Start");
  server.files.set("docs/deep.md/", "a folder");
  server.files.set("README.md", "elsewhere");
  const { fetched, files } = await fetchDatasource(repositoryFiles, {
    config: { project, folder: "docs" },
    ...given(),
  });
  const metadata = { project, path: "docs/start.md", ref: "HEAD" };
  assert.deepEqual(
    fetched.map(({ name, content_type, source_metadata }) => [name, content_type, source_metadata]),
    [["docs/start.md", "text/markdown", metadata]],
  );
  assert.equal(await files[0]?.text(), "# Start");
});
