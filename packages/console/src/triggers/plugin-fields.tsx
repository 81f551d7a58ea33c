import { Select } from "@mantine/core";
import { ConfigForm } from "../forms/config-form.tsx";
import type { Values } from "../forms/rules.ts";
import { TypedNumber } from "../forms/typed-number.tsx";
import { texts } from "../texts/triggers.ts";
import { type PluginTrigger, usePluginTriggers } from "./plugin-triggers.ts";
import type { DraftProps } from "./trigger-dialog.tsx";

const words = texts.dialog;

/** Which plugin's trigger, with its configuration, and how often it is asked. */
export function PluginFields({ definition, onChange, errors }: DraftProps) {
  const triggers = usePluginTriggers();
  const chosen = triggers.find(({ type }) => type === definition.type);
  const config = (definition.config ?? {}) as Values;
  return (
    <>
      <Select
        label={words.trigger}
        required
        allowDeselect={false}
        value={typeof definition.type === "string" ? definition.type : null}
        data={choicesOf(triggers)}
        onChange={(type) => onChange({ type: type ?? undefined, config: {} })}
      />
      {chosen && Object.keys(chosen.config).length > 0 && (
        <ConfigForm
          fields={chosen.config}
          values={config}
          onChange={(name, value) => onChange({ config: { ...config, [name]: value } })}
        />
      )}
      <TypedNumber
        isOptional
        label={words.interval}
        description={words.intervalHint(chosen?.pollingInterval)}
        min={1}
        max={86_400}
        value={typeof definition.polling_interval === "number" ? definition.polling_interval : null}
        error={errors.polling_interval}
        onChange={(seconds) => onChange({ polling_interval: seconds ?? undefined })}
      />
    </>
  );
}

function choicesOf(triggers: readonly PluginTrigger[]) {
  return [...Map.groupBy(triggers, ({ plugin }) => plugin)].map(([group, items]) => ({
    group,
    items: items.map(({ type, title }) => ({ value: type, label: title })),
  }));
}
