import { text } from "node:stream/consumers";
import { type FieldProblem, isNoxusError, NoxusError, validateConfigResponseSchema } from "@noxus/contracts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { configProblems, missingNames } from "./config-problems.ts";
import { type Config, changeConfig, SECRET_MARKER } from "./plugin-config.ts";
import { type PluginRow, readConfig, secretTextsOf } from "./plugin-row.ts";
import { readStates, speakerOf } from "./plugin-view.ts";

/** The plugin may look things up to answer; a person waits for it. */
const askTimeoutMs = 15_000;

/**
 * Refuses a change of a plugin's configuration that does not fit its manifest, or that makes a plugin which works refuse
 * its configuration. One that lacks configuration may be completed step by step: it stays `missing_config` until then.
 *
 * @throws NoxusError `plugin_config_invalid`, field by field.
 */
export async function checkConfigChange(
  row: PluginRow,
  changes: Config,
  deps: PlatformDependencies,
): Promise<void> {
  if (!row.manifest) return;
  const fields = row.manifest.config ?? {};
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== SECRET_MARKER));
  refuse(row, configProblems(given, fields));
  const config = changeConfig(readConfig(row, deps.keyring), changes);
  if (missingNames(config, fields).length > 0) return;
  refuse(row, await askPlugin(row, config, deps));
}

function refuse({ name }: PluginRow, fields: FieldProblem[]): void {
  if (fields.length === 0) return;
  const list = fields.map(({ path, message }) => `${path} ${message}`).join("; ");
  throw new NoxusError(
    "plugin_config_invalid",
    `The configuration does not fit the plugin "${name}": ${list}`,
    {
      fields,
    },
  );
}

/** The running plugin's own judgement; none where it cannot be asked, for then the server asks it later. */
async function askPlugin(
  row: PluginRow,
  config: Config,
  deps: PlatformDependencies,
): Promise<FieldProblem[]> {
  const states = await readStates(deps.database.db, [row.id], deps.environment.NOXUS_SERVER_STALE_MS);
  const speaker = speakerOf(states.get(row.id) ?? []);
  if (!speaker?.alive || speaker.report.status !== "running") return [];
  try {
    const { body } = await deps.pluginServers.askPlugin(row.id, {
      method: "POST",
      path: "/validate-config",
      body: config,
      timeoutMs: askTimeoutMs,
      signal: AbortSignal.any([deps.signal, AbortSignal.timeout(askTimeoutMs)]),
    });
    const { valid, errors } = validateConfigResponseSchema.parse(JSON.parse(await text(body)));
    const words = errors.length > 0 ? errors : ["is not valid, says the plugin"];
    return valid
      ? []
      : words.map((message) => ({ path: "config", message: clean(message, row, config, deps) }));
  } catch (error) {
    const fields = { pluginId: row.id, code: isNoxusError(error) ? error.code : "internal" };
    deps.logger.info(fields, "a plugin could not be asked about its new configuration");
    return [];
  }
}

/** Plugins quote what they refuse; the new values may be secrets just as the old ones. */
function clean(message: string, row: PluginRow, config: Config, { keyring }: PlatformDependencies): string {
  const fresh = Object.values(config).filter((value) => typeof value === "string" && value.length >= 6);
  return [...secretTextsOf(row, keyring), ...(fresh as string[])].reduce(
    (rest, secret) => rest.replaceAll(secret, "[redacted]"),
    message,
  );
}
