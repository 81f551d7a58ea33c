import type { Workflow } from "../api/workflows.ts";
import { type Document, definitionOf, type NodeTypes } from "./definition.ts";
import { withPlaces } from "./layout.ts";

/** A workflow as the platform has it; `tag` is what a change must name, so that nobody's work is overwritten. */
export interface Revision {
  document: Document;
  tag: string | null;
  updatedAt: string;
}

/** A workflow as it was read, with its tag. */
export interface ReadWorkflow {
  value: Workflow;
  etag: string | null;
}

export function revisionOf({ value, etag }: ReadWorkflow, types: NodeTypes): Revision {
  const { name, definition, updated_at } = value;
  const document = { name, definition: withPlaces(definitionOf(definition), types) };
  return { document, tag: etag, updatedAt: updated_at };
}

/** Whether somebody else has saved since. */
export function isNewer({ value, etag }: ReadWorkflow, { tag, updatedAt }: Revision): boolean {
  return etag !== tag && value.updated_at > updatedAt;
}
