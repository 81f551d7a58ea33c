import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { NoxusError, type WorkflowInput, workflowInputSchema } from "@noxus/contracts";

/**
 * Reads a workflow's JSON file. A file that is only a definition (`nodes`, `edges`) is named like the file.
 *
 * @throws NoxusError `invalid_request` with the place of each problem.
 */
export async function readWorkflowFile(cwd: string, file: string): Promise<WorkflowInput> {
  const path = resolve(cwd, file);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new NoxusError("invalid_request", `There is no file ${path} that can be read. Check the path.`, {
      cause,
    });
  });
  const content = parseJson(path, text);
  const name = basename(path, extname(path));
  const parsed = workflowInputSchema.safeParse(
    "definition" in content ? { name, ...content } : { name, definition: content },
  );
  if (parsed.success && "nodes" in (("definition" in content ? content.definition : content) as object))
    return parsed.data;
  const problems = parsed.error?.issues.map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  throw new NoxusError(
    "workflow_invalid",
    `${path} is no workflow: expected {"name", "definition": {"nodes", "edges"}}.`,
    {
      ...(problems && { fields: problems }),
    },
  );
}

function parseJson(path: string, text: string): Record<string, unknown> {
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null) return content as Record<string, unknown>;
    throw new Error("expected an object");
  } catch (cause) {
    throw new NoxusError(
      "malformed_json",
      `${path} is not the JSON of a workflow: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
