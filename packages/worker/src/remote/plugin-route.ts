import type { Keyring } from "@noxus/service";
import type { Sql } from "../journal/sql.ts";
import { secretTexts } from "./plugin-failure.ts";

/** A plugin server that can be asked now. */
export interface PluginServer {
  id: string;
  url: string;
  apiKey: string;
  /** What it last said of this plugin. */
  status: string | null;
  /** Calls of everybody, as it last said. */
  inFlight: number;
}

/** What one call of a plugin's node needs from the database. */
export interface PluginRoute {
  /** With secrets in clear: for `ctx` of one call, and nowhere else. */
  config: Record<string, unknown>;
  credentials: Record<string, Record<string, unknown>>;
  credentialIds: Record<string, string>;
  /** What must not be seen in any message. */
  secrets: string[];
  servers: PluginServer[];
}

interface RouteRow {
  config: Record<string, unknown>;
  config_secrets_encrypted: string | null;
  servers: {
    id: string;
    url: string;
    api_key_encrypted: string;
    in_flight: number;
    status: string | null;
  }[];
  credentials: { id: string; integration: string; payload_encrypted: string }[];
}

/** Servers report every 10 s; three missing reports in a row are no accident. */
const freshForS = 35;

const routeSql = `
select p.config, p.config_secrets_encrypted,
  (select coalesce(json_agg(json_build_object('id', s.id, 'url', s.url, 'api_key_encrypted', s.api_key_encrypted,
      'in_flight', s.in_flight, 'status', st.status)), '[]')
    from plugin_servers s left join plugin_states st on st.server_id = s.id and st.plugin_id = p.id
    where s.heartbeat_at > now() - $4::int * interval '1 second') as servers,
  (select coalesce(json_agg(json_build_object('id', c.id, 'integration', c.integration,
      'payload_encrypted', c.payload_encrypted) order by (c.name = 'default') desc, c.created_at), '[]')
    from credentials c where c.workspace_id = $2::uuid and c.integration = any($3::text[])) as credentials
from plugins p where p.id = $1::uuid and p.deleted_at is null`;

export interface RouteRequest {
  pluginId: string;
  workspaceId: string;
  /** Integrations that the node names. */
  integrations: readonly string[];
}

/** Gives what a call needs, or undefined where the plugin is no more. Read anew for each call: nothing is stale. */
export type FindRoute = (request: RouteRequest) => Promise<PluginRoute | undefined>;

export function routeFinder(pool: Sql, keyring: Keyring): FindRoute {
  return async ({ pluginId, workspaceId, integrations }) => {
    const values = [pluginId, workspaceId, integrations, freshForS];
    const { rows } = await pool.query<RouteRow>({ name: "plugin-route", text: routeSql, values });
    return rows[0] && openRoute(rows[0], integrations, keyring);
  };
}

/** An entry for every integration, `{}` where there is none: older SDKs fail without it. */
function openRoute(row: RouteRow, integrations: readonly string[], keyring: Keyring): PluginRoute {
  const open = (envelope: string) => JSON.parse(keyring.open(envelope)) as Record<string, unknown>;
  const chosen = integrations.flatMap(
    (name) => row.credentials.find(({ integration }) => integration === name) ?? [],
  );
  const found = chosen.map((one) => [one.integration, open(one.payload_encrypted)] as const);
  const configSecrets = row.config_secrets_encrypted ? open(row.config_secrets_encrypted) : {};
  return {
    config: { ...row.config, ...configSecrets },
    secrets: secretTexts([configSecrets, found.map(([, credentials]) => credentials)]),
    credentials: {
      ...Object.fromEntries(integrations.map((name) => [name, {}])),
      ...Object.fromEntries(found),
    },
    credentialIds: Object.fromEntries(chosen.map(({ integration, id }) => [integration, id])),
    servers: row.servers.map(({ id, url, api_key_encrypted, in_flight, status }) => ({
      id,
      url,
      apiKey: keyring.open(api_key_encrypted),
      status,
      inFlight: in_flight,
    })),
  };
}
