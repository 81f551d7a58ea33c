import type { PluginState, PluginSummaries } from "@noxus/contracts";
import { toneOf } from "../parts/state-badge.tsx";
import { texts } from "../texts/plugin-list.ts";
import { texts as usual } from "../texts/texts.ts";
import { pluginStates } from "./plugin-states.ts";

/** How many plugins are in each state that there is, each a filter; nothing where all are in one. */
export function StateFilter({
  states,
  chosen,
  onChoose,
}: {
  states: PluginSummaries["states"];
  chosen: PluginState | undefined;
  onChoose: (state: PluginState | undefined) => void;
}) {
  const shown = pluginStates.filter((state) => states[state] !== undefined || state === chosen);
  if (shown.length < 2 && chosen === undefined) return null;
  const all = Object.values(states).reduce((sum, count) => sum + count, 0);
  return (
    <fieldset className="chips" aria-label={texts.states}>
      <Chip
        label={texts.allStates}
        count={all}
        pressed={chosen === undefined}
        onPress={() => onChoose(undefined)}
      />
      {shown.map((state) => (
        <Chip
          key={state}
          label={usual.status[state] ?? state}
          count={states[state] ?? 0}
          tone={toneOf(state, "plugin")}
          pressed={chosen === state}
          onPress={() => onChoose(chosen === state ? undefined : state)}
        />
      ))}
    </fieldset>
  );
}

function Chip({
  label,
  count,
  tone,
  pressed,
  onPress,
}: {
  label: string;
  count: number;
  tone?: string;
  pressed: boolean;
  onPress: () => void;
}) {
  return (
    <button type="button" className="chip" data-tone={tone} aria-pressed={pressed} onClick={onPress}>
      {label} <span className="number">{count}</span>
    </button>
  );
}
