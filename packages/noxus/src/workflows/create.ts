import { NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readWorkflowFile } from "./file.ts";
import type { WorkflowRecord } from "./find.ts";
import { saveWorkflow, withName } from "./save.ts";

export interface CreateOptions {
  replace?: boolean;
}

/** Creates a workflow from a file; one of the same name is replaced only where that was asked for. */
export async function createWorkflow(
  context: CommandContext,
  file: string,
  options: CreateOptions,
): Promise<void> {
  const { connect, cwd, signal, terminal } = context;
  const input = await readWorkflowFile(cwd, file);
  const existing = await withName(connect(), input.name, signal);
  if (existing && !options.replace)
    throw new NoxusError(
      "conflict",
      `A workflow named ${input.name} exists. Add --replace to put this one in its place.`,
    );
  const saved: WorkflowRecord = await saveWorkflow(context, input);
  terminal.print(saved, () => [
    `${existing ? "Replaced" : "Created"} ${saved.name} (${saved.id}). Run it: noxus workflow run ${saved.name} --follow`,
  ]);
}
