import { Uv } from "@noxus/plugin-server";
import type { CommandContext } from "../command-line/define.ts";
import { authorFolders } from "./cache-folders.ts";

/** uv as the plugin server finds it: on PATH, or once from the Python index. @throws NoxusError uv_missing */
export function findUv({
  env,
  signal,
}: Pick<CommandContext, "env" | "signal">): Promise<{ file: string; env: Record<string, string> }> {
  return new Uv({ machine: env, cacheFolder: authorFolders(env).packages }).program(signal);
}
