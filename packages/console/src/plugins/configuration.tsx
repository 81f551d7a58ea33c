import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { pluginQuery } from "../api/queries.ts";
import { AdminOnly, NoPermission } from "../parts/admin-only.tsx";
import { Empty } from "../parts/empty.tsx";
import { texts } from "../texts/texts.ts";
import { PluginForm } from "./plugin-form.tsx";

const route = getRouteApi("/shell/plugins/$id");
const words = texts.plugins;

/** A plugin's own configuration. */
export function Configuration() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  if (!plugin) return null;
  const fields = plugin.report?.manifest?.config ?? {};
  if (Object.keys(fields).length === 0) return <Empty title={words.noConfig} text={words.noConfigText} />;
  const isMissing = plugin.status === "missing_config";
  return (
    <AdminOnly instead={<NoPermission />}>
      <PluginForm
        plugin={plugin}
        part="config"
        fields={fields}
        action={words.saveConfig}
        said={words.saved}
        warnings={isMissing ? plugin.report?.configProblems : undefined}
      />
    </AdminOnly>
  );
}
