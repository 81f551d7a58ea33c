import { type Config, type ConfigInput, type ConfigValues, configOf } from "../config/config.ts";
import { ConfigError } from "../errors/config-error.ts";
import type { DeviceAuth, Integration } from "./integration.ts";
import { type ProviderDeclaration, serializeProvider } from "./providers.ts";

export interface IntegrationDeclaration<Type extends string, C extends ConfigInput> {
  /** Its name on the wire; nodes of other plugins may use the same. */
  type: Type;
  displayName: string;
  /** Address of its picture. */
  image: string;
  scopes?: readonly string[];
  properties?: Readonly<Record<string, string>>;
  providers?: readonly ProviderDeclaration[];
  /** What its form asks for. */
  credentials?: C;
  /** Whether calls can be made with these credentials; default: yes, once they fit. May ask the service. */
  isReady?(credentials: ConfigValues<C>, options: { signal: AbortSignal }): boolean | Promise<boolean>;
  deviceAuth?: DeviceAuth;
}

/**
 * A service that nodes need credentials for.
 *
 *     const tracker = defineIntegration({ type: "tracker", displayName: "Tracker", image: "https://…",
 *       credentials: { token: field.password({ label: "Token" }) } });
 */
export function defineIntegration<const Type extends string, C extends ConfigInput = Record<never, never>>(
  declaration: IntegrationDeclaration<Type, C>,
): Integration<Type, ConfigValues<C>> {
  const config = configOf(declaration.credentials) as Config<unknown> & Config<ConfigValues<C>>;
  return {
    kind: "integration",
    type: declaration.type,
    displayName: declaration.displayName,
    deviceAuth: declaration.deviceAuth,
    definition: () => definitionOf(declaration, config),
    config: () => config.serialize(),
    parse: (stored) => parsed(config, stored),
    async isReady(stored, signal) {
      const credentials = stored === null ? undefined : parsed(config, stored);
      if (credentials === undefined) return false;
      return (await declaration.isReady?.(credentials, { signal })) ?? true;
    },
  };
}

function definitionOf(
  {
    type,
    displayName,
    image,
    ...others
  }: Omit<IntegrationDeclaration<string, never>, "credentials" | "isReady">,
  config: Config<unknown>,
): Record<string, unknown> {
  return {
    type,
    display_name: displayName,
    image,
    description: "",
    scopes: [...(others.scopes ?? [])],
    properties: { ...others.properties },
    providers: (others.providers ?? []).map(serializeProvider),
    config: config.serialize(),
    supports_device_auth: others.deviceAuth !== undefined,
    device_auth_label: others.deviceAuth?.label ?? null,
  };
}

/** Credentials that were stored long ago have their values under `data`. */
function parsed<Values>(config: Config<Values>, stored: Record<string, unknown>): Values | undefined {
  try {
    return config.parse({ ...stored, ...(stored.data as object | undefined) });
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
