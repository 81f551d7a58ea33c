import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandContext } from "../command-line/define.ts";
import { withLocalPlugin } from "./local-plugin.ts";
import { readProject } from "./project.ts";

export interface GenerateManifestOptions {
  /** Print it instead of writing it. */
  stdout?: boolean;
}

/** Writes `manifest.json`, which shows a plugin before it runs, from what the running plugin says. */
export async function generateManifest(
  context: CommandContext,
  word: string | undefined,
  options: GenerateManifestOptions,
): Promise<void> {
  const project = await readProject(context.cwd, word);
  const manifest = await withLocalPlugin(context, project, {}, async (plugin) => plugin.manifest);
  const text = JSON.stringify(manifest, null, 2);
  if (options.stdout) {
    context.terminal.out(text);
    return;
  }
  const path = join(project.folder, "manifest.json");
  await writeFile(path, `${text}\n`);
  context.terminal.print({ path, manifest }, () => [
    `${path}: ${manifest.name} ${manifest.version} with ${manifest.nodes.length} nodes`,
  ]);
}
