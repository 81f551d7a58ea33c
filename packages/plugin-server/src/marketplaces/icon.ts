import type { GitRepository } from "../sources/git-repository.ts";
import type { PluginFolder } from "./plugin-folders.ts";

/** The files that may be a plugin's icon, the better one first. */
export const iconTypes = { "icon.svg": "image/svg+xml", "icon.png": "image/png" } as const;

/** Larger ones are not shown: a list has hundreds of them, each inside the answer. */
export const MAX_ICON_BYTES = 32 * 1024;

type IconName = keyof typeof iconTypes;

/** Icons by the plugins' folders, as `data:` addresses: a file of the plugin, else what its manifest has. */
export async function readIcons(
  repository: GitRepository,
  plugins: readonly PluginFolder[],
): Promise<Map<string, string>> {
  const named = plugins.map((plugin) => ({ ...plugin, icon: iconOf(plugin) }));
  const contents = await repository.readBytes(
    named.flatMap(({ icon }) => (icon ? [icon.id] : [])),
    MAX_ICON_BYTES,
  );
  return new Map(
    named.flatMap(({ folder, icon, image }) => {
      const content = icon && contents.get(icon.id);
      const found = icon && content ? toDataAddress(icon.name, content) : image;
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

/** An icon as an address that holds it. */
export function toDataAddress(name: IconName, content: Buffer): string {
  return `data:${iconTypes[name]};base64,${content.toString("base64")}`;
}
