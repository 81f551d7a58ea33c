import type { CallContext } from "@noxus/contracts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import type { PluginRow } from "../plugins/plugin-row.ts";
import { readConfig } from "../plugins/plugin-row.ts";
import { credentialsOf, openCredential } from "./credential-store.ts";

export interface CallContextOptions {
  plugin: PluginRow;
  workspaceId: string;
  /** Integrations that the called part names. */
  integrations: readonly string[];
}

/** What a plugin may know in one call: its configuration, and the workspace's credentials of what is called. */
export async function callContext(
  { plugin, workspaceId, integrations }: CallContextOptions,
  { database: { db }, keyring }: Pick<PlatformDependencies, "database" | "keyring">,
): Promise<CallContext> {
  const rows = await credentialsOf(db, workspaceId, [...integrations]);
  const chosen = integrations.flatMap((name) => rows.find(({ integration }) => integration === name) ?? []);
  return {
    plugin_config: readConfig(plugin, keyring),
    // An entry for each, `{}` where there is none: older SDKs fail without it.
    integration_credentials: {
      ...Object.fromEntries(integrations.map((name) => [name, {}])),
      ...Object.fromEntries(chosen.map((one) => [one.integration, openCredential(one, keyring)])),
    },
    integration_credential_ids: Object.fromEntries(chosen.map(({ integration, id }) => [integration, id])),
    group_id: workspaceId,
  };
}
