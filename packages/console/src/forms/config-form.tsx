import { Accordion, Tabs } from "@mantine/core";
import type { ConfigFields } from "@noxus/contracts";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { texts } from "../texts/texts.ts";
import { controlOf } from "./controls.ts";
import { type ShownField, shownFields, type Values } from "./rules.ts";
import { SecretControl } from "./text-controls.tsx";

export interface ConfigFormProps {
  fields: ConfigFields;
  values: Values;
  onChange: (name: string, value: unknown) => void;
  /** By field name. */
  errors?: Record<string, string>;
  /** Fields of which a secret is stored. */
  kept?: readonly string[];
}

type PartProps = Omit<ConfigFormProps, "fields" | "values"> & { shown: readonly ShownField[] };

/** A form in the configuration language: what its rules show now, by its tabs and folds. */
export function ConfigForm({ fields, values, ...props }: ConfigFormProps) {
  const shown = shownFields(fields, values);
  const tabs = Map.groupBy(shown, ({ tab }) => tab);
  return tabs.size > 1 ? <Tabbed {...props} tabs={tabs} /> : <Folding {...props} shown={shown} />;
}

function Tabbed({ tabs, ...props }: Omit<PartProps, "shown"> & { tabs: ReadonlyMap<string, ShownField[]> }) {
  const [chosen, setChosen] = useState<string>();
  const names = [...tabs.keys()];
  const wrong = names.filter((name) => isWrong(tabs.get(name), props.errors));
  // What was chosen may be hidden by a rule now; a field with an error must be seen.
  const current = names.find((name) => name === chosen) ?? wrong[0] ?? names[0] ?? null;
  return (
    <Tabs value={current} onChange={(name) => setChosen(name ?? undefined)} keepMounted={false} maw={760}>
      <Tabs.List mb="md">
        {names.map((name) => (
          <Tabs.Tab key={name} value={name} rightSection={wrong.includes(name) && <WrongMark />}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {names.map((name) => (
        <Tabs.Panel key={name} value={name}>
          <Folding {...props} shown={tabs.get(name) ?? []} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** The fields that stand open, then those of each fold. */
function Folding({ shown, ...props }: PartProps) {
  const [opened, setOpened] = useState<string[]>([]);
  const folds = Map.groupBy(shown, ({ fold }) => fold);
  const names = [...folds.keys()].filter((name) => name !== undefined);
  const wrong = names.filter((name) => isWrong(folds.get(name), props.errors));
  return (
    <>
      <FieldGrid {...props} shown={folds.get(undefined) ?? []} />
      {names.length > 0 && (
        <Accordion
          multiple
          value={[...new Set([...opened, ...wrong])]}
          onChange={setOpened}
          mt="md"
          variant="contained"
          maw={760}
        >
          {names.map((name) => (
            <Accordion.Item key={name} value={name}>
              <Accordion.Control>{name}</Accordion.Control>
              <Accordion.Panel>
                <FieldGrid {...props} shown={folds.get(name) ?? []} />
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </>
  );
}

function isWrong(fields: readonly ShownField[] = [], errors: Record<string, string> = {}): boolean {
  return fields.some(({ name }) => errors[name] !== undefined);
}

function WrongMark() {
  return <IconAlertTriangle size={16} role="img" aria-label={texts.form.wrong} />;
}

function FieldGrid({ shown, onChange, errors = {}, kept = [] }: PartProps) {
  return (
    <div className="form">
      {shown.map((field) => {
        // A secret may be shown as plain text by its plugin; what is stored is hidden by its name.
        const Control = kept.includes(field.name) ? SecretControl : controlOf(field.display, field.type);
        return (
          <div key={field.name} data-field={field.name} style={{ "--span": field.span } as object}>
            <Control
              field={field}
              value={field.value}
              onChange={(value) => onChange(field.name, value)}
              error={errors[field.name]}
              kept={kept.includes(field.name)}
            />
          </div>
        );
      })}
    </div>
  );
}
