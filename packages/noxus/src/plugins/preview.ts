import type { PluginPreview, Source } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { formatFields } from "../terminal/table.ts";
import { describeSignature } from "./show.ts";
import type { ArchiveSource } from "./source.ts";
import { uploadPackage } from "./upload.ts";

/** Prints what a source holds, without installing anything; an uploaded package is removed again. */
export async function previewPlugin(context: CommandContext, chosen: Source | ArchiveSource): Promise<void> {
  if (chosen.type !== "archive") return showPreview(context, chosen);
  const source = await uploadPackage(context, chosen.path);
  try {
    await showPreview(context, source);
  } finally {
    await context.connect().request(`/v1/file/${source.file_id}`, { method: "DELETE" });
  }
}

async function showPreview({ connect, terminal, signal }: CommandContext, source: Source): Promise<void> {
  const asked = { method: "POST", body: { source }, signal };
  const preview = await connect().request<PluginPreview>("/v1/plugins/preview", asked);
  terminal.print(preview, () => formatFields(fieldsOf(preview)));
}

function fieldsOf(preview: PluginPreview): (readonly [string, unknown])[] {
  const { name, version, installed, manifest, sdk, problem } = preview;
  return [
    ["name", name],
    ["version", version],
    ["description", preview.description],
    ["author", preview.author],
    ["installed", installed.map(({ version }) => version ?? "yes").join(", ")],
    ["signed by", preview.signature && describeSignature(preview.signature)],
    ["nodes", problem ? "" : nodesOf(preview)],
    ["integrations", (manifest?.integrations ?? []).map(({ type }) => type).join(", ")],
    ["size", `${preview.files} files, ${Math.ceil(preview.bytes / 1024)} KiB`],
    ["depends on", preview.dependencies.join(", ")],
    ["locked", preview.dependencies.length > 0 ? (preview.locked ? "yes" : "no") : ""],
    ["SDK", sdk && `${sdk.release}: ${sdk.reason}`],
    ["setup command", preview.setupCommand],
    ["runs as", preview.engine],
    ["release", preview.release],
    ["commit", preview.commit],
    ["warnings", preview.warnings.join("; ")],
    ["problem", problem && `${problem.message} (${problem.code})`],
  ];
}

function nodesOf({ nodes }: PluginPreview): string {
  if (!nodes) return "known when it runs: there is no manifest.json";
  return nodes.map(({ type, title }) => title ?? type).join(", ");
}
