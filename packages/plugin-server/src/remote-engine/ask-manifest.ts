import { type Manifest, manifestSchema, NoxusError, type RemoteSource } from "@noxus/contracts";
import { request } from "undici";
import { z } from "zod";
import { asRemote, type Endpoint, endpointOf, keyRefused, unreachable } from "./endpoint.ts";

/** For the whole answer, in ms: an endpoint that starts for its first request has time, one that hangs is told. */
const manifestTimeoutMs = 30_000;
/** A manifest of a thousand nodes is under 4 MiB. */
const maxBytes = 16 * 1024 * 1024;

/** @throws NoxusError source_url_refused, endpoint_unreachable, endpoint_key_refused, plugin_manifest_invalid */
export async function askEndpointManifest(source: RemoteSource, signal: AbortSignal): Promise<Manifest> {
  const endpoint = endpointOf(source);
  const { status, text } = await ask(endpoint, signal);
  if (status === 401 || status === 403) throw keyRefused(endpoint, status);
  if (status !== 200) throw noManifest(endpoint, `status ${status}`);
  const parsed = manifestSchema.safeParse(parseJson(text));
  if (!parsed.success) throw noManifest(endpoint, z.prettifyError(parsed.error));
  return asRemote(parsed.data, endpoint);
}

async function ask(endpoint: Endpoint, signal: AbortSignal): Promise<{ status: number; text: string }> {
  const limit = AbortSignal.timeout(manifestTimeoutMs);
  try {
    const { statusCode, body } = await request(`${endpoint.origin}${endpoint.prefix}/manifest`, {
      headers: endpoint.headers,
      signal: AbortSignal.any([signal, limit]),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`its manifest is over ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return { status: statusCode, text: Buffer.concat(chunks).toString() };
  } catch (error) {
    signal.throwIfAborted();
    const late = new Error(`it did not answer within ${manifestTimeoutMs / 1000} s`);
    throw unreachable(endpoint, limit.aborted ? late : error);
  }
}

function noManifest({ origin, prefix }: Endpoint, why: string): NoxusError {
  return new NoxusError(
    "plugin_manifest_invalid",
    `${origin}${prefix}/manifest gives no manifest: ${why}. The address must be that of a plugin's HTTP server.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
