import type { Plugin } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { sayFailed } from "../parts/say.ts";
import { sayWith } from "../parts/say-with.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";

const words = pluginPageTexts.switch;

/** Switches a plugin off, which keeps all of it on disk, or on again. */
export function useSwitch({ id }: Pick<Plugin, "id">) {
  const change = async (enabled: boolean) => {
    await request(`/v1/plugins/${id}`, { method: "PATCH", body: { enabled } });
    await queryClient.invalidateQueries({ queryKey: ["plugins"] });
  };
  return useMutation({
    mutationFn: change,
    onSuccess: (_, enabled) =>
      sayWith(enabled ? words.isOn : words.isOff, texts.common.undo, () => {
        change(!enabled).catch(sayFailed);
      }),
    onError: sayFailed,
  });
}
