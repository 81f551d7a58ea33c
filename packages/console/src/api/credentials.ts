import type { IntegrationDefinition, Page } from "@noxus/contracts";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export interface Credential {
  id: string;
  integration: string;
  name: string;
  created_at: string;
  updated_at: string;
}

export const credentialsQuery = queryOptions({
  queryKey: ["credentials"],
  queryFn: ({ signal }) => request<Page<Credential>>("/v1/credentials", { query: { size: 500 }, signal }),
});

/** What an installed plugin brings that takes credentials. */
export type Integration = IntegrationDefinition & { plugin_id: string; plugin_name: string };

export const integrationsQuery = queryOptions({
  queryKey: ["plugins", "integrations"],
  queryFn: ({ signal }) => request<Integration[]>("/v1/integrations", { signal }),
});

/** A sign-in under way: what the person does elsewhere, and how to ask for what came of it. */
export interface SignIn {
  sign_in: string;
  verification_url: string;
  user_code: string;
  expires_in_seconds?: number | null;
  poll_interval_seconds?: number | null;
}

export interface SignInState {
  status: "pending" | "complete" | "failed" | "expired";
  error?: string;
  credential?: Credential;
}
