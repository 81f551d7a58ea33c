import type { FullRun } from "../api/runs.ts";
import { inputsOf, type RunInput } from "../workflows/graph-model.ts";

/** The inputs that a run's workflow asks for, each under the key that the run was given it by: its node's id or its label. */
export function askedInputs({ definition, input }: Pick<FullRun, "definition" | "input">): RunInput[] {
  return inputsOf(definition).map((asked) =>
    !(asked.key in input) && asked.label in input ? { ...asked, key: asked.label } : asked,
  );
}
