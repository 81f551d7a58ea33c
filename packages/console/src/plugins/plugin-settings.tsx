import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { pluginQuery } from "../api/queries.ts";
import { AdminOnly, NoPermission } from "../parts/admin-only.tsx";
import { settingFields, texts } from "../texts/plugin-settings.ts";
import { PluginForm } from "./plugin-form.tsx";

const route = getRouteApi("/shell/plugins/$id");

/** How a plugin is run: its processes, its calls, the times that they are given. */
export function PluginSettings() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  if (!plugin) return null;
  return (
    <AdminOnly instead={<NoPermission />}>
      <PluginForm
        plugin={plugin}
        part="settings"
        fields={settingFields}
        action={texts.save}
        said={texts.saved}
      />
    </AdminOnly>
  );
}
