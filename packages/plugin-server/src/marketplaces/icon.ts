import type { GitRepository } from "../sources/git-repository.ts";
import type { PluginFolder } from "./plugin-folders.ts";

/** The files that may be a plugin's icon, the better one first. */
export const iconTypes = { "icon.svg": "image/svg+xml", "icon.png": "image/png" } as const;

/** A list shows hundreds of them, each inside the answer. */
export const MAX_ICON_BYTES = 32 * 1024;

type IconName = keyof typeof iconTypes;

/** Icons by the plugins' folders, as `data:` addresses: a file of the plugin, else what its manifest has. */
export async function readIcons(
  repository: GitRepository,
  plugins: readonly PluginFolder[],
): Promise<Map<string, string>> {
  const named = plugins.map((plugin) => ({ ...plugin, icon: iconOf(plugin) }));
  const contents = await repository.readBytes(named.flatMap(({ icon }) => (icon ? [icon.id] : [])));
  return new Map(
    named.flatMap(({ folder, icon, image }) => {
      const address = icon && toDataAddress(icon.name, contents.get(icon.id));
      const found = address ?? image;
      return found === undefined ? [] : [[folder, found]];
    }),
  );
}

function iconOf({ files }: PluginFolder): { name: IconName; id: string } | undefined {
  for (const name of Object.keys(iconTypes) as IconName[]) {
    const id = files.get(name);
    if (id !== undefined) return { name, id };
  }
  return undefined;
}

/** Undefined for what is too large to be shown. */
export function toDataAddress(name: IconName, content: Buffer | undefined): string | undefined {
  if (!content || content.length > MAX_ICON_BYTES) return undefined;
  return `data:${iconTypes[name]};base64,${content.toString("base64")}`;
}
