import { Button } from "@mantine/core";
import type { Plugin } from "@noxus/contracts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import { pluginQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { ConfigForm } from "../forms/config-form.tsx";
import { fieldErrors } from "../forms/field-errors.ts";
import type { Values } from "../forms/rules.ts";
import { AdminOnly, NoPermission } from "../parts/admin-only.tsx";
import { Empty } from "../parts/empty.tsx";
import { Notice } from "../parts/notice.tsx";
import { sayDone } from "../parts/say.ts";
import { texts } from "../texts/texts.ts";

const route = getRouteApi("/shell/plugins/$id");
const words = texts.plugins;
/** Stands for a secret in what the platform answers. */
const secretMarker = "•••";

/** A plugin's own configuration. */
export function Configuration() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  if (!plugin) return null;
  const fields = plugin.report?.manifest?.config ?? {};
  if (Object.keys(fields).length === 0) return <Empty title={words.noConfig} text={words.noConfigText} />;
  return (
    <AdminOnly instead={<NoPermission />}>
      <PluginForm plugin={plugin} />
    </AdminOnly>
  );
}

/** Only what was touched is sent: another person's change of another field stays. */
function PluginForm({ plugin }: { plugin: Plugin }) {
  const fields = plugin.report?.manifest?.config ?? {};
  const [changes, setChanges] = useState<Values>({});
  const save = useMutation({
    mutationFn: () =>
      request<Plugin>(`/v1/plugins/${plugin.id}`, { method: "PATCH", body: { config: changes } }),
    onSuccess: async () => {
      setChanges({});
      sayDone(words.saved);
      await queryClient.invalidateQueries({ queryKey: ["plugins"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const stored = Object.entries(plugin.config);
  const kept = stored.filter(([, value]) => value === secretMarker).map(([name]) => name);
  const visible = Object.fromEntries(stored.filter(([, value]) => value !== secretMarker));
  const { fields: errors, rest } = fieldErrors(save.error, Object.keys(fields));
  const problems = [
    ...rest,
    ...(plugin.status === "missing_config" ? (plugin.report?.configProblems ?? []) : []),
  ];
  return (
    <form onSubmit={submit}>
      {problems.length > 0 && (
        <Notice tone={rest.length > 0 ? "bad" : "warn"} title={problems[0] ?? ""}>
          {problems.slice(1).map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
        </Notice>
      )}
      <div style={{ marginTop: 16 }}>
        <ConfigForm
          fields={fields}
          values={{ ...visible, ...changes }}
          onChange={(name, value) => setChanges((before) => ({ ...before, [name]: value }))}
          errors={errors}
          kept={kept}
        />
      </div>
      <Button type="submit" mt="lg" loading={save.isPending} disabled={Object.keys(changes).length === 0}>
        {words.saveConfig}
      </Button>
    </form>
  );
}
