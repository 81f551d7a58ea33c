import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RemoteSource } from "@noxus/contracts";
import { askEndpointManifest } from "../remote-engine/ask-manifest.ts";
import { endpointFile } from "../remote-engine/endpoint.ts";
import type { FetchContext } from "./fetch-context.ts";
import type { Fetched } from "./fetched.ts";

/**
 * Asks a remote plugin for its manifest and stores that with the endpoint's address: its release, which changes when it
 * says something else of itself. The key is stored nowhere here.
 * @throws NoxusError source_url_refused, endpoint_unreachable, endpoint_key_refused, plugin_manifest_invalid
 */
export async function fetchRemote(source: RemoteSource, { into, signal }: FetchContext): Promise<Fetched> {
  const manifest = await askEndpointManifest(source, signal);
  const folder = join(into, "plugin");
  await mkdir(folder, { recursive: true });
  const { endpoint } = source;
  await writeFile(join(folder, endpointFile), JSON.stringify({ endpoint }, undefined, 2));
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest, undefined, 2));
  return { folder, warnings: [] };
}
