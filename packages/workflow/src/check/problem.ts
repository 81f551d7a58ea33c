import { type ErrorCode, NoxusError } from "@noxus/contracts";

/** One thing that is wrong with a workflow, at one place of its definition. */
export interface Problem {
  code: ErrorCode;
  /** As in `nodes[3].inputs.text` or `edges[1].to_id`. */
  path: string;
  message: string;
  /**
   * `form`: the definition itself is broken, no plugin or input could mend it, so it is not even saved. `run`: it
   * cannot be run as it is, which is fine for a draft. `types`: it is saved only where its author insists, and run, for
   * plugins may take more than they declare.
   */
  stage: "form" | "types" | "run";
}

/** All problems as one error: with their own code where they share one, else with `workflow_invalid`. */
export function workflowError(problems: readonly Problem[]): NoxusError {
  const codes = new Set(problems.map(({ code }) => code));
  const [code] = codes;
  return new NoxusError(
    codes.size === 1 && code ? code : "workflow_invalid",
    problems.length === 1
      ? (problems[0]?.message ?? "")
      : `The workflow has ${problems.length} problems: ${problems.map(({ message }) => message).join(" ")}`,
    {
      fields: problems.map(({ path, message }) => ({ path, message })),
      data: { problems: problems.map(({ code, path, message }) => ({ code, path, message })) },
    },
  );
}
