import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError, requestTagged } from "../api/client.ts";
import type { Workflow } from "../api/workflows.ts";
import { sayFailed } from "../parts/say.ts";
import type { Editor } from "./use-editor.ts";

type Document = Editor["document"];

/**
 * Saves with the tag of the revision that was read. Where somebody else has saved meanwhile, nothing is written and
 * `conflict` stays until a person decides.
 */
export function useSaving(id: string, document: Document, firstTag: string | null) {
  const client = useQueryClient();
  const [saved, setSaved] = useState({ document, tag: firstTag });
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
    onSuccess: ({ etag }, { document }) => {
      setSaved({ document, tag: etag });
      setConflict(false);
      void client.invalidateQueries({ queryKey: ["workflows"] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === "precondition_failed") setConflict(true);
      else sayFailed(error);
    },
  });
  useWarningBeforeLeaving(unsaved);
  return {
    unsaved,
    busy: mutation.isPending,
    conflict,
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
    overwrite: () => mutation.mutate({ document, tag: "*" }),
    /** What is on the canvas now is what the platform has. */
    adopt: (document: Document, tag: string | null) => {
      setSaved({ document, tag });
      setConflict(false);
    },
  };
}

export type Saving = ReturnType<typeof useSaving>;

function useWarningBeforeLeaving(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [unsaved]);
}
