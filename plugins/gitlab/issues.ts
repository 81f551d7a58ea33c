import { z } from "zod";

/** An issue, as much of it as workflows are given. */
export const issueSchema = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.string().nullable(),
  state: z.string(),
  labels: z.array(z.string()),
  author: z.object({ username: z.string() }),
  web_url: z.string(),
  created_at: z.string(),
});
export type Issue = z.infer<typeof issueSchema>;

/** The issues of a project: `group/project` or its number. */
export function issuesPath(project: string): string {
  return `projects/${encodeURIComponent(project)}/issues`;
}
