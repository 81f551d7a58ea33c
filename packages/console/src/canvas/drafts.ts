import type { Document } from "./definition.ts";
import type { Revision } from "./revision.ts";

/** What somebody has drawn and not saved, and what they made it of. */
export interface Draft {
  document: Document;
  saved: Revision;
}

/*
 * Drafts are kept for the tab: they outlive a look at another page and a reload, are no other tab's business, and go
 * with the tab, before which the browser warns.
 */
const prefix = "draft:";

export function draftOf(workflowId: string): Draft | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(prefix + workflowId) ?? "null") ?? undefined;
  } catch {
    // Storage is switched off.
    return undefined;
  }
}

/** @returns whether it is kept: storage may be full or switched off */
export function keepDraft(workflowId: string, draft: Draft): boolean {
  try {
    sessionStorage.setItem(prefix + workflowId, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

export function dropDraft(workflowId: string): void {
  try {
    sessionStorage.removeItem(prefix + workflowId);
  } catch {
    // Then there is none.
  }
}

/** Of whoever signs out, nothing stays. */
export function dropDrafts(): void {
  try {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith(prefix)) sessionStorage.removeItem(name);
  } catch {
    // Then there are none.
  }
}
