import { definePlugin } from "@noxus/sdk";
import { createIssue } from "./create-issue.ts";
import { gitlab } from "./gitlab.ts";
import { listIssues } from "./list-issues.ts";
import { newIssue } from "./new-issue.ts";
import { repositoryFiles } from "./repository-files.ts";

export default definePlugin({
  name: "gitlab",
  displayName: "GitLab",
  version: "1.0.0",
  description:
    "Reads and opens issues of GitLab, starts workflows with new ones, brings in files of repositories",
  author: "Noxus",
  nodes: [listIssues, createIssue],
  integrations: [gitlab],
  triggers: [newIssue],
  datasources: [repositoryFiles],
});
