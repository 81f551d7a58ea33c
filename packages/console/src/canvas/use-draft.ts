import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent } from "react";
import { sayWith } from "../parts/say-with.tsx";
import { texts } from "../texts/canvas.ts";
import { type Draft, dropDraft, keepDraft } from "./drafts.ts";

const words = texts.draft;
/** A node that is dragged changes sixty times a second. */
const keepAfterMs = 300;

/** Keeps what is not saved while somebody looks at another page, and says so when they leave. */
export function useKeptDraft(workflowId: string, draft: Draft | undefined): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (!draft) return dropDraft(workflowId);
    const timer = setTimeout(keepDraft, keepAfterMs, workflowId, draft);
    return () => clearTimeout(timer);
  }, [workflowId, draft]);
  const leave = useEffectEvent(() => {
    if (!draft || !keepDraft(workflowId, draft)) return;
    const back = () => void navigate({ to: "/workflows/$id/edit", params: { id: workflowId } });
    sayWith(words.left(draft.document.name), words.back, back);
  });
  useEffect(() => () => leave(), []);
}

/** Says that what was left unsaved in this tab is here again, and lets it be dropped. */
export function useTellOfDraft(draft: Draft | undefined, drop: () => void): void {
  const tell = useEffectEvent(() => sayWith(words.found, words.drop, drop));
  useEffect(() => {
    if (draft) tell();
  }, [draft]);
}
