import { isNoxusError, type Plugin } from "@noxus/contracts";
import { processOnPort } from "@noxus/service/base";
import type { CommandContext } from "../command-line/define.ts";
import { findConnection } from "../connection/find-connection.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The platform that this command would talk to, and what it says of plugins. Nothing running is no failure. */
export async function checkPrograms(context: CommandContext): Promise<Finding[]> {
  const url = knownUrl(context);
  if (!url)
    return [ok("platform", "none is known here; `npx noxus start` starts one"), await checkPorts(context)];
  try {
    const plugins = await context.connect().list<Plugin>("/v1/plugins", AbortSignal.timeout(5_000));
    return [ok("platform", `answers at ${url}`), ...(await checkServers(context)), checkPlugins(plugins)];
  } catch (error) {
    const message = isNoxusError(error) || error instanceof Error ? error.message : String(error);
    return [fail("platform", message, "`npx noxus start`, or correct NOXUS_BACKEND_URL and NOXUS_API_KEY")];
  }
}

interface PluginServer {
  name: string;
  alive: boolean;
  heartbeatAt: string;
}

/** Whether plugins have somewhere to run; only an administrator's key may ask. */
async function checkServers(context: CommandContext): Promise<Finding[]> {
  const signal = AbortSignal.timeout(5_000);
  const servers = await context
    .connect()
    .request<PluginServer[]>("/v1/plugin-servers", { signal })
    .catch((error: unknown) => {
      if (isNoxusError(error, "forbidden")) return undefined;
      throw error;
    });
  if (!servers) return [];
  const alive = servers.filter((server) => server.alive);
  if (alive.length > 0) return [ok("plugin servers", alive.map(({ name }) => name).join(", "))];
  const last = servers
    .map(({ heartbeatAt }) => heartbeatAt)
    .sort()
    .at(-1);
  const message = last ? `none is alive; the last was heard of at ${last}` : "none has ever registered";
  return [fail("plugin servers", message, startServer)];
}

const startServer = "start a plugin server: `npx noxus start` does, else `npx noxus plugin-server`";

/** Whether the ports that `noxus start` would take are free; asked only where nothing of ours is known to run. */
async function checkPorts({ env }: CommandContext): Promise<Finding> {
  const wanted = [Number(env.NOXUS_PORT ?? 8400), Number(env.PLUGIN_SERVER_PORT ?? 8500)].filter(
    (port) => port > 0,
  );
  const taken = await Promise.all(
    wanted.map(async (port) => {
      const owner = await processOnPort(port);
      return owner ? [`${port} by ${owner.command} (pid ${owner.pid})`] : [];
    }),
  );
  if (wanted.length === 0) return ok("ports", "any free ones will do");
  if (taken.flat().length === 0) return ok("ports", `${wanted.join(" and ")} are free`);
  const advice = "stop that process, or choose others with NOXUS_PORT and PLUGIN_SERVER_PORT";
  return fail("ports", `taken: ${taken.flat().join(", ")}`, advice);
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
      startServer,
    );
  if (troubled.length === 0) return ok("plugins", `${plugins.length} installed, all running`);
  const names = troubled.map(describePlugin).join(", ");
  return warn("plugins", `not running: ${names}`, "`npx noxus plugin show NAME` says more");
}

function describePlugin({ name, status, report }: Plugin): string {
  const why = report?.failure?.message.split("\n")[0];
  return `${name} (${why ? `${status}: ${why}` : status})`;
}
