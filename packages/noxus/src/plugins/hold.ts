import type { PluginHold } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";

const path = "/v1/plugin-hold";

/** Holds all plugins until `resumePlugins`. */
export async function holdPlugins(
  { connect, terminal }: CommandContext,
  { reason }: { reason?: string },
): Promise<void> {
  const answer = await connect().request<PluginHold>(path, { method: "PUT", body: { reason } });
  terminal.print(answer, () => [
    `All plugins are held: ${answer.hold?.reason} Calls to them are refused until \`noxus plugin resume\`.`,
  ]);
}

/** Lets all plugins go on, from what is on disk. */
export async function resumePlugins({ connect, terminal }: CommandContext): Promise<void> {
  const answer = await connect().request<PluginHold>(path, { method: "DELETE" });
  terminal.print(answer, () => ["The plugins go on. See: noxus plugin list"]);
}
