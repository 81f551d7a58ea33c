import { checkRunningConfig } from "./config-check.ts";
import type { Garbage } from "./garbage.ts";
import { fetchStep, prepareStep } from "./install-steps.ts";
import type { Step } from "./plan.ts";
import type { Built } from "./plugin-record.ts";
import { recallStep } from "./recall-step.ts";
import { drainStep, stopStep } from "./remove-steps.ts";
import { replaceStep } from "./replace-step.ts";
import { restStep } from "./rest-step.ts";
import { dropSpareStep, startSpareStep } from "./spare-steps.ts";
import { startStep } from "./start-steps.ts";
import type { StepContext } from "./step-context.ts";

/** Does what the plan says; installs wait for a place, and nothing that they make is collected meanwhile. */
export function performStep(step: Step, context: StepContext, garbage: Garbage): Promise<void> | void {
  const { installSlots } = context.parts;
  const { prepared, good } = context.state.record;
  switch (step.do) {
    case "fetch":
      return installSlots.use(() => garbage.during(() => fetchStep(context)), context.signal);
    case "recall":
      return recallStep(context);
    case "prepare":
      return installSlots.use(() => garbage.during(() => prepareStep(context)), context.signal);
    case "start":
      return startStep(context, step.which, need(step.which === "good" ? good : prepared));
    case "replace":
      return replaceStep(context, need(prepared)).then(() => garbage.collect());
    case "reconfigure":
      return checkRunningConfig(context);
    case "rest":
      return restStep(context);
    case "start-spare":
      return startSpareStep(context, need(good));
    case "drop-spare":
      return dropSpareStep(context);
    case "drain":
      return drainStep(context);
    case "stop":
      return stopStep(context);
  }
}

function need(built: Built | undefined): Built {
  if (!built) throw new Error("The plan asked for a process of a build that is not there.");
  return built;
}
