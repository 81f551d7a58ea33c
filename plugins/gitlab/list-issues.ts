import { data, defineNode } from "@noxus/sdk";
import { z } from "zod";
import { gitlab } from "./gitlab.ts";
import { GitLabClient } from "./gitlab-client.ts";
import { type Issue, issueSchema, issuesPath } from "./issues.ts";
import { project } from "./project.ts";

export const listIssues = defineNode({
  name: "GitLabListIssuesNode",
  title: "List GitLab issues",
  description: "Gives the issues of a project, newest first",
  category: "integrations",
  outputs: { issues: data.list({ label: "Issues" }), count: data.number({ label: "How many" }) },
  config: z.object({
    project,
    state: z.enum(["opened", "closed", "all"]).default("opened").meta({ title: "State" }),
    labels: z.array(z.string()).default([]).meta({ title: "With all of these labels" }),
    limit: z.number().int().min(1).max(5000).default(100).meta({ title: "At most" }),
  }),
  integrations: [gitlab],
  async call(ctx, { config: { project, state, labels, limit } }) {
    const perPage = String(Math.min(limit, 100));
    const query = { per_page: perPage, state, ...(labels.length > 0 && { labels: labels.join(",") }) };
    const issues: Issue[] = [];
    for await (const issue of new GitLabClient(ctx).list(issuesPath(project), issueSchema, query)) {
      issues.push(issue);
      if (issues.length === limit) break;
    }
    return { issues, count: issues.length };
  },
});
