import { NoxusError } from "@noxus/contracts";
import type { Launch } from "../engines/engine.ts";
import { bubblewrapArguments, findBubblewrap } from "./bubblewrap.ts";
import { claimFolder } from "./claim-folder.ts";
import type { AppliedIsolation, IsolationLevel } from "./level.ts";
import { userOf } from "./plugin-user.ts";
import { probeSandbox } from "./probe-sandbox.ts";

export interface IsolationOptions {
  /** The level to use where it works. */
  wanted: IsolationLevel;
  /** Below it no plugin is started. */
  minimum: IsolationLevel;
  /** Processes and threads that each process of a sandboxed plugin may have at once, children included. */
  maxProcesses: number;
  /** More that sandboxed plugins may read. */
  readable: readonly string[];
  /** Of the server's own, where the probe tries a sandbox. */
  folder: string;
  /** The server's PATH, on which bwrap is looked for; never the plugin's, whose packages may hold a program of that name. */
  path: string | undefined;
}

/** How plugins are kept apart on this machine; found out once, at the server's start. */
export interface Isolation extends AppliedIsolation {
  /**
   * The launch, confined as the level says. Gives the working folder to the plugin's user where there is one.
   *
   * @throws NoxusError `isolation_unavailable` where the operator asks for more than there is.
   */
  confine(launch: Launch, pluginId: string): Launch;
}

export async function findIsolation(options: IsolationOptions): Promise<Isolation> {
  const { wanted, minimum, folder, path } = options;
  if (wanted === "process" && minimum === "process")
    return atProcess("Set PLUGIN_SERVER_ISOLATION=sandboxed to run plugins in sandboxes.");
  const bwrap = findBubblewrap(path);
  const missing = await probeSandbox(bwrap, folder);
  if (bwrap && missing === undefined) return sandboxed(bwrap, options);
  const why = missing ?? "";
  return minimum === "process" ? atProcess(why) : refusing(why);
}

function atProcess(missing: string): Isolation {
  const isolation: AppliedIsolation = { level: "process", missing };
  return { ...isolation, confine: (launch) => ({ ...launch, isolation }) };
}

function refusing(missing: string): Isolation {
  const refuse = (): never => {
    throw new NoxusError(
      "isolation_unavailable",
      `Plugins must be sandboxed here (PLUGIN_SERVER_MINIMUM_ISOLATION), but cannot be. ${missing}`,
    );
  };
  return { level: "process", missing, confine: refuse };
}

function sandboxed(bwrap: string, { readable: more, maxProcesses }: IsolationOptions): Isolation {
  const isRoot = process.getuid?.() === 0;
  const isolation: AppliedIsolation = { level: "sandboxed" };
  return {
    ...isolation,
    confine(launch, pluginId) {
      const user = isRoot ? userOf(pluginId) : undefined;
      if (user !== undefined) claimFolder(launch.cwd, user);
      const { command, args, cwd: folder, readable = [] } = launch;
      const confined = { command, args, folder, readable: [...readable, ...more], user, maxProcesses };
      return { ...launch, command: bwrap, args: bubblewrapArguments(confined), isolation };
    },
  };
}
