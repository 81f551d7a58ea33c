import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import type { Trigger } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { sayFailed } from "../parts/say.ts";
import { sayWith } from "../parts/say-with.tsx";
import { texts as usual } from "../texts/texts.ts";
import { texts } from "../texts/triggers.ts";
import { triggerName } from "./trigger-name.ts";

export interface TriggerChange {
  definition?: Record<string, unknown>;
  enabled?: boolean;
  rotate_secret?: boolean;
}

const readAgain = () => queryClient.invalidateQueries({ queryKey: ["triggers"] });

/** Changes a trigger, or makes one where no id is given. @throws ApiError */
export async function saveTrigger(workflow: string, change: TriggerChange, id?: string): Promise<Trigger> {
  const path = `/v1/workflows/${encodeURIComponent(workflow)}/triggers${id ? `/${id}` : ""}`;
  const saved = await request<Trigger>(path, { method: id ? "PATCH" : "POST", body: change });
  await readAgain();
  return saved;
}

/** Pauses a trigger, or lets it go on. */
export function usePausing({ id, workflow_id }: Trigger) {
  return useMutation({
    mutationFn: (enabled: boolean) => saveTrigger(workflow_id, { enabled }, id),
    onError: sayFailed,
  });
}

/** Deletes a trigger; a schedule has nothing that cannot be made anew, so it can be taken back. */
export function useDeletion(trigger: Trigger) {
  const { id, workflow_id, kind, definition, enabled } = trigger;
  return useMutation({
    mutationFn: () => request(`/v1/triggers/${id}`, { method: "DELETE" }),
    onSuccess: async () => {
      await readAgain();
      if (kind !== "schedule") return;
      sayWith(texts.deleted(triggerName(trigger)), usual.common.undo, () => {
        saveTrigger(workflow_id, { definition, enabled }).catch(sayFailed);
      });
    },
    onError: sayFailed,
  });
}
