import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Run } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { followRun } from "../runs/follow.ts";
import { readWorkflowFile } from "./file.ts";
import { findWorkflow, type WorkflowRecord } from "./find.ts";
import { readInputs } from "./inputs.ts";
import { saveWorkflow } from "./save.ts";

export interface RunWorkflowOptions {
  input?: string[];
  follow?: boolean;
}

/** Starts a run; with `follow` to its end, with its output and the run's own exit code. */
export async function runWorkflow(
  context: CommandContext,
  nameOrFile: string,
  options: RunWorkflowOptions,
): Promise<void> {
  const { connect, signal, terminal } = context;
  const workflow = await chooseWorkflow(context, nameOrFile);
  const input = await readInputs(context, options.input ?? []);
  const path = `/v1/workflows/${workflow.id}/runs`;
  const run = await connect().request<Run>(path, { method: "POST", body: { input }, signal });
  if (options.follow) await followRun(context, run.id);
  else terminal.print(run, () => [`${run.id} ${run.status}. Follow it: noxus run follow ${run.id}`]);
}

/** A file that is there is saved under its name first, so the run has a workflow that it belongs to. */
async function chooseWorkflow(context: CommandContext, nameOrFile: string): Promise<WorkflowRecord> {
  const { cwd, connect, signal } = context;
  const isFile =
    nameOrFile.endsWith(".json") || (await stat(resolve(cwd, nameOrFile)).catch(() => undefined))?.isFile();
  if (!isFile) return findWorkflow(connect(), nameOrFile, signal);
  return saveWorkflow(context, await readWorkflowFile(cwd, nameOrFile));
}
