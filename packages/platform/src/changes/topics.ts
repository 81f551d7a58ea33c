/** What may change; each is a list that somebody has open. */
export type Topic = "plugins" | "runs" | "workflows" | "triggers" | "credentials" | "files" | "variables";

/** Payload: a workspace's id and a topic, with a space between. */
export const workspaceChannel = "noxus_workspace_changes";

/** What each route changes that answers well. What runs and plugins do by themselves is told by those who do it. */
const changedBy: Record<string, Topic> = {
  "POST /v1/workflows": "workflows",
  "PATCH /v1/workflows/:id": "workflows",
  "DELETE /v1/workflows/:id": "workflows",
  "POST /v1/workflows/import": "workflows",
  "POST /v1/workflows/:id/versions": "workflows",
  "PATCH /v1/workflows/:id/versions/:versionId": "workflows",
  "POST /v1/workflows/:id/triggers": "triggers",
  "PATCH /v1/workflows/:id/triggers/:triggerId": "triggers",
  "DELETE /v1/triggers/:triggerId": "triggers",
  "POST /v1/credentials": "credentials",
  "POST /v1/credentials/sign-in/poll": "credentials",
  "PATCH /v1/credentials/:id": "credentials",
  "DELETE /v1/credentials/:id": "credentials",
  "POST /v1/file": "files",
  "DELETE /v1/file/:id": "files",
  "POST /v1/variables": "variables",
  "PATCH /v1/variables/:id": "variables",
  "DELETE /v1/variables/:id": "variables",
  "POST /v1/workflows/:id/runs": "runs",
  "DELETE /v1/runs/:runId": "runs",
  "POST /v1/runs/bulk/delete": "runs",
};

/** What a route changes, by its method and its path as it was registered. */
export function topicOf(method: string, path: string | undefined): Topic | undefined {
  return changedBy[`${method} ${path}`];
}
