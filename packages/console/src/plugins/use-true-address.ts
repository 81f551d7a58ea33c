import type { Plugin } from "@noxus/contracts";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiError } from "../api/client.ts";
import { pluginQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";

const route = getRouteApi("/shell/plugins/$id");

/**
 * Keeps the address right while a plugin gets the name of its manifest, which is another one than its source suggested:
 * by its name as soon as that is sure, by its id where the name it had leads nowhere any more.
 */
export function useTrueAddress(plugin: Plugin | undefined, error: Error | null): void {
  const { id } = route.useParams();
  const navigate = useNavigate();
  const isLost = error instanceof ApiError && error.status === 404;
  const right = plugin && rightId(plugin, isLost);
  useEffect(() => {
    if (!plugin || !right || right === id) return;
    // What is known is shown meanwhile, and is as old as it can be: it is read again at once.
    queryClient.setQueryData(pluginQuery(right).queryKey, plugin, { updatedAt: 0 });
    void navigate({ to: ".", params: { id: right }, search: true, replace: true });
  }, [plugin, right, id, navigate]);
}

function rightId(plugin: Plugin, isLost: boolean): string | undefined {
  if (isLost) return plugin.id;
  return plugin.report?.manifest ? plugin.name : undefined;
}
