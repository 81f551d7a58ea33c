import { isNoxusError, type Plugin } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { findConnection } from "../connection/find-connection.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The platform that this command would talk to, and what it says of plugins. Nothing running is no failure. */
export async function checkPrograms(context: CommandContext): Promise<Finding[]> {
  const url = knownUrl(context);
  if (!url) return [ok("platform", "none is known here; `npx noxus start` starts one")];
  try {
    const plugins = await context.connect().list<Plugin>("/v1/plugins", AbortSignal.timeout(5_000));
    return [ok("platform", `answers at ${url}`), checkPlugins(plugins)];
  } catch (error) {
    const message = isNoxusError(error) || error instanceof Error ? error.message : String(error);
    return [fail("platform", message, "`npx noxus start`, or correct NOXUS_BACKEND_URL and NOXUS_API_KEY")];
  }
}

function knownUrl({ url, dataFolder, env, cwd }: CommandContext): string | undefined {
  try {
    return findConnection({ url, dataFolder, env, cwd }).url;
  } catch {
    return undefined;
  }
}

function checkPlugins(plugins: readonly Plugin[]): Finding {
  const troubled = plugins.filter(({ enabled, status }) => enabled && status !== "running");
  const untouched = plugins.filter(({ report }) => report === null);
  if (untouched.length > 0)
    return fail(
      "plugins",
      `${untouched.length} of ${plugins.length} are taken up by no plugin server`,
      "start a plugin server: `npx noxus start` does, else `noxus plugin-server`",
    );
  if (troubled.length === 0) return ok("plugins", `${plugins.length} installed, all running`);
  const names = troubled.map(({ name, status }) => `${name} (${status})`).join(", ");
  return warn("plugins", `not running: ${names}`, "`npx noxus plugin show NAME` says why");
}
