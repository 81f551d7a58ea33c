import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiError, requestTagged } from "../api/client.ts";
import type { Workflow } from "../api/workflows.ts";
import { useAskBeforeLeaving } from "../parts/ask-before-leaving.ts";
import { sayFailed } from "../parts/say.ts";
import type { Document } from "./definition.ts";
import type { Revision } from "./revision.ts";
import { useKeptDraft } from "./use-draft.ts";

/**
 * Saves with the tag of the revision that was read. Where somebody else has saved meanwhile, nothing is written and
 * `conflict` stays until a person decides.
 */
export function useSaving(id: string, document: Document, first: Revision) {
  const client = useQueryClient();
  const [saved, setSaved] = useState(first);
  const [conflict, setConflict] = useState(false);
  const unsaved = saved.document !== document;
  const mutation = useMutation({
    mutationFn: ({ document, tag }: { document: Document; tag: string | null }) =>
      requestTagged<Workflow>(`/v1/workflows/${encodeURIComponent(id)}`, {
        method: "PATCH",
        query: { force: true },
        body: { name: document.name, definition: document.definition },
        headers: tag === null ? {} : { "if-match": tag },
      }),
    onSuccess: ({ value, etag }, { document }) => {
      setSaved({ document, tag: etag, updatedAt: value.updated_at });
      setConflict(false);
      void client.invalidateQueries({ queryKey: ["workflows"] });
    },
    onError: (error) => {
      if (!(error instanceof ApiError && error.code === "precondition_failed")) return sayFailed(error);
      setConflict(true);
      void client.invalidateQueries({ queryKey: ["workflows", id] });
    },
  });
  useAskBeforeLeaving(unsaved);
  useKeptDraft(
    id,
    useMemo(() => (saved.document === document ? undefined : { document, saved }), [document, saved]),
  );
  return {
    unsaved,
    busy: mutation.isPending,
    /** What the platform has, as far as this page knows: what the canvas was made of. */
    saved,
    conflict,
    openConflict: () => setConflict(true),
    closeConflict: () => setConflict(false),
    /** @returns whether the platform has what is on the canvas */
    save: async (): Promise<boolean> => {
      if (!unsaved) return true;
      if (mutation.isPending) return false;
      return mutation.mutateAsync({ document, tag: saved.tag }).then(
        () => true,
        () => false,
      );
    },
    /** In place of a newer revision; refused where there is one that is newer still. */
    overwrite: ({ tag }: Revision) => mutation.mutate({ document, tag }),
    /** From now on this is what the canvas was made of. */
    adopt: (revision: Revision) => {
      setSaved(revision);
      setConflict(false);
    },
  };
}

export type Saving = ReturnType<typeof useSaving>;
