import type { DesiredPlugin } from "@noxus/contracts";
import { wallTimeOf } from "@noxus/service";
import { plan, type Step } from "./plan.ts";
import type { PluginState } from "./plugin-state.ts";
import { wantedOf } from "./wanted.ts";

/** What would be done next for a plugin, as others read it: times are milliseconds since the epoch. */
export interface NextStep {
  id: string;
  name: string | undefined;
  step: Step;
}

/** What would be done next for each plugin that is wanted or there, without doing it. */
export function nextSteps(
  wanted: readonly DesiredPlugin[],
  states: readonly PluginState[],
  { held }: { held: boolean },
): NextStep[] {
  const wantedById = new Map(wanted.map((plugin) => [plugin.id, plugin]));
  const stateById = new Map(states.map((state) => [state.id, state]));
  const nowMs = performance.now();
  return [...new Set([...wantedById.keys(), ...stateById.keys()])].map((id) => {
    const plugin = wantedById.get(id);
    const state = stateById.get(id);
    const { localReloads, name } = state?.record ?? {};
    const actual = state?.actual(nowMs) ?? { nowMs, exists: false, failures: {} };
    return { id, name, step: inWallTime(plan(plugin && wantedOf(plugin, { localReloads, held }), actual)) };
  });
}

function inWallTime(step: Step): Step {
  if (step.do === "wait-until") return { ...step, atMs: wallTimeOf(step.atMs).getTime() };
  if (step.do !== "nothing" || step.untilMs === undefined) return step;
  return { ...step, untilMs: wallTimeOf(step.untilMs).getTime() };
}
