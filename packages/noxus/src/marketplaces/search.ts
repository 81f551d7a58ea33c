import type { MarketplacePlugin, MarketplacePluginList } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";
import { type PlaceOptions, placeQuery } from "./place.ts";

/** Prints a marketplace's plugins in whose name, description or category all the words occur. */
export async function searchMarketplace(
  { connect, terminal, signal }: CommandContext,
  words: readonly string[],
  options: PlaceOptions,
): Promise<void> {
  const found = await connect().request<MarketplacePluginList>("/v1/marketplaces/plugins", {
    query: placeQuery(options),
    signal,
  });
  const plugins = found.plugins.filter((plugin) => matches(plugin, words));
  const header = ["NAME", "VERSION", "INSTALLED", "SIGNED BY", "DESCRIPTION"];
  terminal.print({ ...found, plugins }, () => formatTable(header, plugins.map(toRow)));
  if (plugins.length === 0)
    terminal.note(`None of the ${found.plugins.length} plugins of ${found.marketplace.name} fits.`);
}

function matches(plugin: MarketplacePlugin, words: readonly string[]): boolean {
  const { name, displayName, description, category } = plugin;
  const text = [name, displayName, description, category].join(" ").toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}

function toRow(plugin: MarketplacePluginList["plugins"][number]): string[] {
  const { name, version, description, installed } = plugin;
  const here = installed.map(({ version }) => version ?? "yes").join(", ");
  return [name, version ?? "", here, signedBy(plugin), description ?? ""];
}

/** A word each: who, or why it would not be installed. */
export function signedBy({ signature, refused }: Pick<MarketplacePlugin, "signature" | "refused">): string {
  if (refused) return `refused: ${refused.code}`;
  if (!signature) return "";
  return signature.trusted ? (signature.signer ?? signature.key) : "an unknown key";
}
