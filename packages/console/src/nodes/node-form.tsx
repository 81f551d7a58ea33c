import { useState } from "react";
import { ApiError } from "../api/client.ts";
import type { RegistryNode } from "../api/queries.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import { fieldErrors } from "../forms/field-errors.ts";
import type { Values } from "../forms/rules.ts";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/nodes.ts";
import { type LiveFields, useLiveFields } from "./live-fields.ts";

/** A node's configuration, following what its plugin makes of the values. */
export function NodeForm({
  node,
  values,
  errors,
  onChange,
}: {
  node: RegistryNode;
  values: Values;
  errors?: Record<string, string>;
  onChange: (name: string, value: unknown) => void;
}) {
  const [changed, setChanged] = useState<string>();
  const live = useLiveFields(node, values);
  const told = formErrors(live, changed);
  return (
    <>
      {told.rest && (
        <Notice tone="warn" title={texts.form.away}>
          <p className="soft">{told.rest}</p>
        </Notice>
      )}
      <ConfigForm
        fields={live.fields}
        values={values}
        errors={{ ...told.fields, ...errors }}
        onChange={(name, value) => {
          setChanged(name);
          onChange(name, value);
        }}
      />
    </>
  );
}

/** What the plugin refuses stands at the field that it names, else at the one that was changed last. */
function formErrors(
  { fields, error }: LiveFields,
  changed: string | undefined,
): { fields: Record<string, string>; rest: string | undefined } {
  if (!error) return { fields: {}, rest: undefined };
  const told = fieldErrors(error, Object.keys(fields));
  const isPluginsOwn = error instanceof ApiError && [400, 422, 500].includes(error.status);
  const [rest] = told.rest;
  if (rest === undefined || !isPluginsOwn || changed === undefined) return { fields: told.fields, rest };
  return { fields: { [changed]: rest, ...told.fields }, rest: undefined };
}
