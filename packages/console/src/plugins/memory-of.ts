import type { PluginReport } from "@noxus/contracts";

/** Bytes that a plugin's processes hold, where its server knows. */
export function memoryOf(report: PluginReport | null): number | undefined {
  const known = (report?.instances ?? []).flatMap(({ rssBytes }) =>
    rssBytes === undefined ? [] : [rssBytes],
  );
  return known.length === 0 ? undefined : known.reduce((sum, bytes) => sum + bytes, 0);
}
