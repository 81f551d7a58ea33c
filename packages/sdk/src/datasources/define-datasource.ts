import type { Context } from "../call/context.ts";
import { type Config, type ConfigInput, type ConfigValues, configOf } from "../config/config.ts";
import type { File, FileValue } from "../files/file.ts";
import type { CredentialsOf, Integration } from "../integrations/integration.ts";

export interface DatasourceDeclaration<
  C extends ConfigInput,
  I extends readonly Integration[],
  P extends ConfigInput,
> {
  /** Its name on the wire. */
  name: string;
  title?: string;
  description?: string;
  /** Address of its picture. */
  image?: string;
  config?: C;
  integrations?: I;
  pluginConfig?: P;
  /** Gives the files to take in; write each with `ctx.files.write`. */
  fetch(
    ctx: Context<ConfigValues<P>, CredentialsOf<I>>,
    given: { config: ConfigValues<C> },
  ): Promise<readonly (File | FileValue)[]> | readonly (File | FileValue)[];
}

/** A datasource as `defineDatasource` gives it. */
export interface Datasource<Settings = unknown> {
  readonly kind: "datasource";
  readonly name: string;
  readonly config: Config<unknown>;
  readonly integrations: readonly Integration[];
  readonly pluginConfig: Config<unknown> | undefined;
  /** The manifest's form. */
  definition(): Record<string, unknown>;
  fetch(
    ctx: Context,
    given: { config: unknown },
  ): Promise<readonly (File | FileValue)[]> | readonly (File | FileValue)[];
  /** Carries the types only. */
  readonly "~types"?: { settings: Settings };
}

type Nothing = Record<never, never>;

/** A source that knowledge is taken from, file by file. */
export function defineDatasource<
  C extends ConfigInput = Nothing,
  const I extends readonly Integration[] = readonly [],
  P extends ConfigInput = Config<Record<string, unknown>>,
>(declaration: DatasourceDeclaration<C, I, P>): Datasource<ConfigValues<C>> {
  const { name, integrations = [], pluginConfig } = declaration;
  const config = configOf(declaration.config);
  return {
    kind: "datasource",
    name,
    config,
    integrations,
    pluginConfig: pluginConfig && configOf(pluginConfig),
    definition: () => ({
      type: name,
      title: declaration.title || name,
      description: declaration.description ?? "",
      image: declaration.image ?? null,
      config: config.serialize(),
      integrations: integrations.map(({ type }) => type),
      supports_sync: false,
    }),
    fetch: (ctx, { config: values }) => declaration.fetch(ctx as never, { config: values as never }),
  };
}
