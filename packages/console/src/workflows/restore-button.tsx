import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow, WorkflowVersion } from "../api/workflows.ts";
import { sayFailed } from "../parts/say.ts";
import { sayWith } from "../parts/say-with.tsx";
import { texts as usual } from "../texts/texts.ts";
import { texts } from "../texts/versions.ts";

/** Makes the workflow as it was in a version; what it was before can be had back for a while. */
export function RestoreButton({ workflow, version }: { workflow: Workflow; version: WorkflowVersion }) {
  const { id, definition } = workflow;
  const restore = useMutation({
    mutationFn: async () => {
      await replace(id, version.definition);
      // Of the moment of the click: by now the page shows the version.
      return definition;
    },
    onSuccess: (before) =>
      sayWith(texts.restored(version.name), usual.common.undo, () => replace(id, before).catch(sayFailed)),
    onError: sayFailed,
  });
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`${texts.restore}: ${version.name}`}
      loading={restore.isPending}
      onClick={() => restore.mutate()}
    >
      {texts.restore}
    </Button>
  );
}

/** As it was kept, whatever plugins offer now. */
async function replace(id: string, definition: Record<string, unknown>): Promise<void> {
  await request(`/v1/workflows/${id}`, { method: "PATCH", query: { force: true }, body: { definition } });
  await queryClient.invalidateQueries({ queryKey: ["workflows"] });
}
