import { Accordion } from "@mantine/core";
import type { ConfigFields } from "@noxus/contracts";
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

/** A form in the configuration language: what its rules show now, advanced fields apart. */
export function ConfigForm(props: ConfigFormProps) {
  const shown = shownFields(props.fields, props.values);
  const usual = shown.filter(({ advanced }) => !advanced);
  const advanced = shown.filter((field) => field.advanced);
  const wrong = advanced.some(({ name }) => props.errors?.[name]);
  return (
    <>
      <FieldGrid {...props} shown={usual} />
      {advanced.length > 0 && (
        // A field with an error must be seen.
        <Accordion
          key={String(wrong)}
          defaultValue={wrong ? "advanced" : null}
          mt="md"
          variant="contained"
          maw={760}
        >
          <Accordion.Item value="advanced">
            <Accordion.Control>{texts.form.advanced}</Accordion.Control>
            <Accordion.Panel>
              <FieldGrid {...props} shown={advanced} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </>
  );
}

function FieldGrid({ shown, onChange, errors = {}, kept = [] }: ConfigFormProps & { shown: ShownField[] }) {
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
