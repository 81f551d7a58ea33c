import type { ConfigFields } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { pluginsQuery } from "../api/queries.ts";

/** A trigger that an installed plugin offers. */
export interface PluginTrigger {
  type: string;
  title: string;
  plugin: string;
  config: ConfigFields;
  /** Seconds between two looks, unless a trigger says otherwise. */
  pollingInterval: number | null | undefined;
}

/** Of all installed plugins; none while they are asked for. */
export function usePluginTriggers(): PluginTrigger[] {
  const { data } = useQuery(pluginsQuery);
  return (data?.items ?? []).flatMap(({ name, displayName, report }) =>
    (report?.manifest?.triggers ?? []).map(({ type, title, config, polling_interval }) => ({
      type,
      title: title ?? type,
      plugin: displayName ?? name,
      config: config ?? {},
      pollingInterval: polling_interval,
    })),
  );
}
