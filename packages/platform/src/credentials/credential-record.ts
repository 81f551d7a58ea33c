import { z } from "zod";
import type { CredentialRow } from "./credential-store.ts";

/** Credentials as people see them: without their content. */
export const credentialSchema = z.object({
  id: z.string(),
  integration: z.string(),
  name: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});

export function toCredential({ id, integration, name, createdAt, updatedAt }: CredentialRow) {
  return {
    id,
    integration,
    name,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}
