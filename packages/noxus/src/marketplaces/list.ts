import type { MarketplaceRecord, Marketplaces } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatTable } from "../terminal/table.ts";

/** Prints the marketplaces that the plugin servers know, and whom they trust there. */
export async function listMarketplaces({ connect, terminal, signal }: CommandContext): Promise<void> {
  const known = await connect().request<Marketplaces>("/v1/marketplaces", { signal });
  const header = ["NAME", "REPOSITORY", "BRANCH", "SIGNATURES", "TRUSTED"];
  terminal.print(known, () => formatTable(header, known.marketplaces.map(toRow)));
  terminal.note(
    known.others === "allowed"
      ? "Any other can be named with --marketplace <url>."
      : "Plugins from other marketplaces are refused.",
  );
  if (known.otherSources === "refused")
    terminal.note("Git repositories, uploads, folders and endpoints are refused.");
}

function toRow({ name, repo_url, branch, isDefault, signatures, keys }: MarketplaceRecord): string[] {
  const trusted = keys.map(({ key, name }) => name ?? key).join(", ");
  return [isDefault ? `${name} (default)` : name, repo_url, branch, signatures, trusted];
}
