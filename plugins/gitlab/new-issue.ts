import { defineTrigger } from "@noxus/sdk";
import { z } from "zod";
import { gitlab } from "./gitlab.ts";
import { GitLabClient } from "./gitlab-client.ts";
import { type Issue, issueSchema, issuesPath } from "./issues.ts";
import { project } from "./project.ts";

/** In one poll; what is beyond comes with the next, since the oldest come first. */
const maxEvents = 500;

interface State extends Record<string, unknown> {
  /** When the newest known issue was opened; null before the first poll. */
  after: string | null;
  /** Issues that are known of that very moment: GitLab gives them again. */
  seen: number[];
}

/** The first poll only learns what is there. */
const initialState: State = { after: null, seen: [] };

export const newIssue = defineTrigger({
  name: "gitlab-new-issue",
  title: "New GitLab issue",
  description: "Starts a workflow with each issue that is opened in a project",
  config: z.object({ project }),
  integrations: [gitlab],
  outputs: { title: "str", description: "str", author: "str", number: "int", url: "str" },
  initialState,
  pollingInterval: 60,
  async poll(ctx, { config, state }) {
    const client = new GitLabClient(ctx);
    const path = issuesPath(config.project);
    if (state.after === null) return { events: [], state: await newestState(client, path) };
    const issues = await issuesSince(client, path, state);
    return { events: issues.map(toEvent), state: stateAfter(state, issues) };
  },
});

/** Of an empty project every later issue is new. */
async function newestState(client: GitLabClient, path: string): Promise<State> {
  for await (const { created_at, iid } of client.list(path, issueSchema, { per_page: "1" }))
    return { after: created_at, seen: [iid] };
  return { after: new Date(0).toISOString(), seen: [] };
}

async function issuesSince(client: GitLabClient, path: string, { after, seen }: State): Promise<Issue[]> {
  const query = { created_after: after ?? "", order_by: "created_at", sort: "asc" };
  const issues: Issue[] = [];
  for await (const issue of client.list(path, issueSchema, query)) {
    if (issue.created_at !== after || !seen.includes(issue.iid)) issues.push(issue);
    if (issues.length === maxEvents) break;
  }
  return issues;
}

function stateAfter(state: State, issues: readonly Issue[]): State {
  const after = issues.at(-1)?.created_at ?? state.after;
  const seen = issues.filter(({ created_at }) => created_at === after).map(({ iid }) => iid);
  return { after, seen: after === state.after ? [...state.seen, ...seen] : seen };
}

function toEvent({ title, description, author, iid, web_url }: Issue) {
  return { title, description: description ?? "", author: author.username, number: iid, url: web_url };
}
