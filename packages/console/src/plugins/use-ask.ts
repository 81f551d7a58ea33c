import type { Plugin } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { sayDone, sayFailed } from "../parts/say.ts";

/** Asks something of a plugin, and says so; the page shows what comes of it. */
export function useAsk(plugin: Pick<Plugin, "id">, what: "reload" | "retry" | "update", said: string) {
  return useMutation({
    mutationFn: () => request<Plugin>(`/v1/plugins/${plugin.id}/${what}`, { method: "POST" }),
    onSuccess: () => {
      sayDone(said);
      return queryClient.invalidateQueries({ queryKey: ["plugins"] });
    },
    onError: sayFailed,
  });
}
