import type { PluginPreview } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";

/** Asks what a source would bring; nothing is installed. */
export function usePreview() {
  return useMutation({
    mutationFn: (source: Record<string, string>) =>
      request<PluginPreview>("/v1/plugins/preview", { body: { source } }),
  });
}
