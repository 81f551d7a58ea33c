import { defineDatasource, type File } from "@noxus/sdk";
import { z } from "zod";
import { gitlab } from "./gitlab.ts";
import { GitLabClient } from "./gitlab-client.ts";
import { project } from "./project.ts";

const entrySchema = z.object({ type: z.string(), path: z.string() });

export const repositoryFiles = defineDatasource({
  name: "gitlab-files",
  title: "Files of a GitLab repository",
  description: "Takes in a folder of a repository, such as its documentation",
  config: z.object({
    project,
    ref: z.string().default("HEAD").meta({ title: "Branch, tag or commit" }),
    folder: z.string().default("").meta({ title: "Folder" }),
    ending: z.string().default(".md").meta({ title: "Names that end in" }),
  }),
  integrations: [gitlab],
  async fetch(ctx, { config: { project, ref, folder, ending } }) {
    const client = new GitLabClient(ctx);
    const repository = `projects/${encodeURIComponent(project)}/repository`;
    const tree = client.list(`${repository}/tree`, entrySchema, { ref, path: folder, recursive: "true" });
    const files: File[] = [];
    for await (const { type, path } of tree) {
      if (type !== "blob" || !path.endsWith(ending)) continue;
      const answer = await client.send(`${repository}/files/${encodeURIComponent(path)}/raw`, {
        query: { ref },
      });
      files.push(
        await ctx.files.write({
          name: path,
          // Passed on as it comes: no file is held whole.
          content: answer.body ?? "",
          contentType: answer.headers.get("content-type") ?? "text/plain",
          sourceMetadata: { project, path, ref },
        }),
      );
    }
    return files;
  },
});
