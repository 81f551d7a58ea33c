import { Button, Group } from "@mantine/core";
import type { ConfigFields, Plugin } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import { fieldErrors } from "../forms/field-errors.ts";
import type { Values } from "../forms/rules.ts";
import { useAskBeforeLeaving } from "../parts/ask-before-leaving.ts";
import { Notice } from "../parts/notice.tsx";
import { sayDone } from "../parts/say.ts";
import { texts } from "../texts/texts.ts";
import { useUnsaved } from "./use-unsaved.ts";

/** Stands for a secret in what the platform answers. */
const secretMarker = "•••";

/** A part of what a plugin is told, as a form. Only what was touched is sent: another person's change of another field stays. */
export function PluginForm({
  plugin,
  part,
  fields,
  action,
  said,
  warnings = [],
}: {
  plugin: Plugin;
  part: "config" | "settings";
  fields: ConfigFields;
  /** What the button says, and what is said when it is done. */
  action: string;
  said: string;
  /** What is wrong with what is stored. */
  warnings?: readonly string[];
}) {
  const { changes, any, change, drop, dropSaved } = useUnsaved(`${plugin.id} ${part}`);
  useAskBeforeLeaving(any);
  const save = useMutation({
    mutationFn: (sent: Values) =>
      request<Plugin>(`/v1/plugins/${plugin.id}`, { method: "PATCH", body: { [part]: sent } }),
    onSuccess: async (_, sent) => {
      sayDone(said);
      // First what is stored now, so that no field shows for a moment what it had before.
      await queryClient.invalidateQueries({ queryKey: ["plugins"] });
      dropSaved(sent);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(changes);
  };
  const discard = () => {
    drop();
    save.reset();
  };
  const stored = Object.entries(plugin[part]);
  const kept = stored.filter(([, value]) => value === secretMarker).map(([name]) => name);
  const visible = Object.fromEntries(stored.filter(([, value]) => value !== secretMarker));
  const { fields: errors, rest } = fieldErrors(save.error, Object.keys(fields), part);
  const problems = [...rest, ...warnings];
  return (
    <form onSubmit={submit}>
      {problems.length > 0 && <Problems problems={problems} tone={rest.length > 0 ? "bad" : "warn"} />}
      <div style={{ marginTop: 16 }}>
        <ConfigForm
          fields={fields}
          values={{ ...visible, ...changes }}
          onChange={change}
          errors={errors}
          kept={kept}
        />
      </div>
      <Group mt="lg">
        <Button type="submit" loading={save.isPending} disabled={!any}>
          {action}
        </Button>
        {any && !save.isPending && (
          <Button variant="subtle" onClick={discard}>
            {texts.common.discard}
          </Button>
        )}
      </Group>
    </form>
  );
}

function Problems({ problems, tone }: { problems: readonly string[]; tone: "bad" | "warn" }) {
  return (
    <Notice tone={tone} title={problems[0] ?? ""}>
      {problems.slice(1).map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
    </Notice>
  );
}
