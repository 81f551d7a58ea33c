import type { Database } from "@noxus/database";
import type { Keyring, Logger } from "@noxus/service";
import type { NodeRegistry } from "@noxus/workflow";
import "../access/access.ts";
import type { PlatformEnvironment } from "../environment.ts";
import type { FileStore } from "../files/file-store.ts";
import type { PluginServers } from "../servers/client.ts";

/** What every topic's routes are given; made once, in program.ts. */
export interface PlatformDependencies {
  environment: PlatformEnvironment;
  database: Database;
  /** Seals what is secret in the database. */
  keyring: Keyring;
  /** The node types that workflows may use now: built-in ones and those of installed plugins. */
  registry: () => Promise<NodeRegistry>;
  fileStore: FileStore;
  /** The way to plugins: calls go to a plugin server that is alive. */
  pluginServers: PluginServers;
  /** What plugin servers show as their key. */
  platformKey: string;
  logger: Logger;
  /** Ends when the program stops: streams that never end by themselves end with it. */
  signal: AbortSignal;
}
