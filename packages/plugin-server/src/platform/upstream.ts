import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { NoxusError, type PluginReport, type RegisterRequest } from "@noxus/contracts";
import type { Logger } from "@noxus/service";
import type { FileTransfer } from "../bridge/file-transfer.ts";
import type { PluginServerEnvironment } from "../environment.ts";
import type { DesiredPlugins } from "../reconcile/desired-plugins.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import { createLocalFiles } from "./local-files.ts";
import { PlatformClient } from "./platform-client.ts";
import { createPlatformFiles } from "./platform-files.ts";
import { PlatformLink } from "./platform-link.ts";
import { followPluginsFile, readPluginsFile } from "./plugins-file.ts";
import { StatusWebhooks } from "./status-webhooks.ts";
import { packagesOfPlatform, packagesOnDisk, type UploadedPackages } from "./uploaded-packages.ts";

/** Where the list of wanted plugins comes from, and where states and files go: a platform, or a file of one's own. */
export interface Upstream {
  /** Files and credentials of running plugins. */
  files: FileTransfer;
  /** Packages of `upload` sources. */
  packages: UploadedPackages;
  state(): "linked" | "unreachable" | "none";
  /** A plugin's state changed. */
  changed(pluginId: string, report: () => PluginReport): void;
  /** Feeds the reconciler until the signal ends. */
  run(options: UpstreamRun): Promise<void>;
}

export interface UpstreamRun {
  reconciler: Reconciler;
  desired: DesiredPlugins;
  /** Calls running or waiting now, on all plugins. */
  inFlight: () => number;
  registration: RegisterRequest;
  signal: AbortSignal;
}

export interface UpstreamOptions {
  environment: PluginServerEnvironment;
  serverId: string;
  startedAt: string;
  /** Where a server without a platform keeps plugins' files. */
  filesFolder: string;
  logger: Logger;
}

/** With NOXUS_PLATFORM_URL a platform, otherwise the plugins file. */
export function createUpstream(options: UpstreamOptions): Upstream {
  const { NOXUS_PLATFORM_URL: url, PLUGIN_SERVER_PLATFORM_KEY: key } = options.environment;
  if (url === undefined) return fileUpstream(options);
  if (key !== undefined) return platformUpstream(new PlatformClient({ url, key }), options);
  const message =
    "PLUGIN_SERVER_PLATFORM_KEY is needed with NOXUS_PLATFORM_URL: the key that the platform has.";
  throw new NoxusError("configuration_invalid", message, {
    fields: [{ path: "PLUGIN_SERVER_PLATFORM_KEY", message: "is needed with NOXUS_PLATFORM_URL" }],
  });
}

function platformUpstream(client: PlatformClient, options: UpstreamOptions): Upstream {
  const { environment, serverId, startedAt, logger } = options;
  const webhooks = new StatusWebhooks({ client, serverId, startedAt, logger });
  const files = createPlatformFiles(client);
  let link: PlatformLink | undefined;
  return {
    files,
    packages: packagesOfPlatform(files),
    state: () => (link?.linked ? "linked" : "unreachable"),
    changed: (pluginId, report) => webhooks.changed(pluginId, report),
    async run({ reconciler, desired, inFlight, registration, signal }) {
      let askedAt = desired.revision;
      link = new PlatformLink({
        client,
        webhooks,
        reportMs: environment.PLUGIN_SERVER_REPORT_MS,
        logger,
        registration: () => {
          askedAt = desired.revision;
          return registration;
        },
        report: () => {
          askedAt = desired.revision;
          return {
            startedAt,
            revision: desired.revision,
            inFlight: inFlight(),
            plugins: reconciler.reports(),
          };
        },
        // A list that was pushed while the question was under way is newer than the answer.
        take: async (list) => {
          await reconciler.take(list, { authoritative: desired.revision === askedAt });
        },
      });
      await Promise.all([link.run(signal), webhooks.run(signal)]);
    },
  };
}

function fileUpstream({ environment, filesFolder, logger }: UpstreamOptions): Upstream {
  const path = resolve(environment.PLUGIN_SERVER_PLUGINS_FILE);
  return {
    files: createLocalFiles(filesFolder),
    packages: packagesOnDisk,
    state: () => "none",
    changed: () => {},
    async run({ reconciler, desired, signal }) {
      const read = async () => {
        // No file says nothing: an empty list would uninstall everything for a slip of the hand.
        if (!existsSync(path))
          return logger.warn({ path }, "there is no plugins file; what was known goes on");
        const list = await readPluginsFile(path, desired);
        const changed = await reconciler.take(list);
        logger.info({ path, plugins: list.plugins.length, changed }, "the plugins file was read");
      };
      await followPluginsFile({ path, read, logger, signal });
    },
  };
}
