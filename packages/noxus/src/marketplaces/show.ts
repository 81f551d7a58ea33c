import type { MarketplacePluginView, MarketplaceVersion } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatFields, formatTable } from "../terminal/table.ts";
import { type PlaceOptions, placeQuery } from "./place.ts";
import { signedBy } from "./search.ts";

/** Prints one plugin of a marketplace: what it is, its versions, and what changed in each. */
export async function showMarketplacePlugin(
  { connect, terminal, signal }: CommandContext,
  name: string,
  options: PlaceOptions,
): Promise<void> {
  const path = `/v1/marketplaces/plugins/${encodeURIComponent(name)}`;
  const query = placeQuery(options);
  const plugin = await connect().request<MarketplacePluginView>(path, { query, signal });
  terminal.print(plugin, () => [
    ...formatFields([
      ["name", plugin.name],
      ["version", plugin.version],
      ["description", plugin.description],
      ["author", plugin.author],
      ["category", plugin.category],
      ["language", plugin.language],
      ["marketplace", `${plugin.marketplace.name}, ${plugin.folder}`],
      ["installed", plugin.installed.map(({ version }) => version ?? "yes").join(", ")],
      ["refused", plugin.refused?.message],
    ]),
    "",
    ...formatTable(["VERSION", "PUBLISHED", "SIGNED BY", "RELEASE"], plugin.versions.map(toRow)),
    ...plugin.versions.flatMap(changesOf),
  ]);
}

function toRow(one: MarketplaceVersion): string[] {
  const day = one.publishedAt?.slice(0, 10) ?? "";
  return [one.version, day, signedBy(one), one.release?.slice(0, 12) ?? ""];
}

function changesOf({ version, changes }: MarketplaceVersion): string[] {
  return changes === null ? [] : ["", version, ...changes.split("\n").map((line) => `  ${line}`)];
}
