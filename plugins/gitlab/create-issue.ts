import { data, defineNode } from "@noxus/sdk";
import { z } from "zod";
import { gitlab } from "./gitlab.ts";
import { GitLabClient } from "./gitlab-client.ts";
import { issueSchema, issuesPath } from "./issues.ts";
import { project } from "./project.ts";

export const createIssue = defineNode({
  name: "GitLabCreateIssueNode",
  title: "Open a GitLab issue",
  description: "Opens an issue in a project",
  category: "integrations",
  inputs: {
    title: data.text({ label: "Title" }),
    description: data.text({ label: "Description", optional: true }),
  },
  outputs: { number: data.number({ label: "Number" }), url: data.text({ label: "Address" }) },
  config: z.object({ project, labels: z.array(z.string()).default([]).meta({ title: "Labels" }) }),
  integrations: [gitlab],
  async call(ctx, { inputs, config: { project, labels } }) {
    const body = { ...inputs, labels: labels.join(",") };
    const answer = await new GitLabClient(ctx).send(issuesPath(project), { body });
    const { iid, web_url } = issueSchema.parse(await answer.json());
    return { number: iid, url: web_url };
  },
});
