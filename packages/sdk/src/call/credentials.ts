import { UserError } from "../errors/user-error.ts";
import type { Integration } from "../integrations/integration.ts";
import type { CallEnvironment } from "./context.ts";

interface CredentialsOptions {
  environment: CallEnvironment;
  integrations: readonly Integration[];
  signal: () => AbortSignal;
}

/** A call's credentials, by the type of their integration. They come with each call and are stored nowhere here. */
export class Credentials<Credential> {
  readonly #options: CredentialsOptions;

  constructor(options: CredentialsOptions) {
    this.#options = options;
  }

  /** The credentials; a UserError that says what to connect where there are none, or they do not fit. */
  get<Name extends keyof Credential & string>(integration: Name): Credential[Name] {
    const found = this.find(integration);
    if (found !== undefined) return found;
    const { displayName } = this.#declared(integration);
    throw new UserError(
      `No usable ${displayName} credentials came with this call: connect ${displayName} to the workspace, then run it again.`,
    );
  }

  /** The credentials, or undefined where there are none or they do not fit. */
  find<Name extends keyof Credential & string>(integration: Name): Credential[Name] | undefined {
    const declared = this.#declared(integration);
    const stored = this.#options.environment.wire.integration_credentials?.[integration];
    if (!stored || Object.keys(stored).length === 0) return undefined;
    return declared.parse(stored) as Credential[Name] | undefined;
  }

  /** Stores new credentials in place of those that the call was given, e.g. after a token was renewed. */
  async update<Name extends keyof Credential & string>(
    integration: Name,
    payload: Partial<Credential[Name]> & Record<string, unknown>,
    credentialId?: string,
  ): Promise<void> {
    this.#declared(integration);
    const { host, wire } = this.#options.environment;
    const known = wire.integration_credential_ids?.[integration] ?? null;
    const update = { integration, payload, credentialId: credentialId ?? known };
    await host.updateCredentials(update, this.#options.signal());
  }

  #declared(integration: string): Integration {
    const declared = this.#options.integrations.find(({ type }) => type === integration);
    if (declared) return declared;
    const names = this.#options.integrations.map(({ type }) => `"${type}"`).join(", ") || "none";
    throw new TypeError(`"${integration}" is not among the integrations that are declared here: ${names}.`);
  }
}
