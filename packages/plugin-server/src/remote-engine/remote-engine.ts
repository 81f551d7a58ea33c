import { access } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import type { Engine, PluginFacts } from "../engines/engine.ts";
import { readManifestPreview } from "../engines/manifest-preview.ts";
import type { Release } from "../releases/release.ts";
import { endpointFile, endpointOf } from "./endpoint.ts";

const release = "the endpoint's own";

/** For plugins that somebody else runs: there is nothing to install or to start, only an endpoint to be asked. */
export function createRemoteEngine(): Engine {
  return {
    name: "remote",
    accepts: ({ folder }) => isThere(join(folder, endpointFile)),
    inspect,
    prepare: async ({ folder }, { environmentKey }) => ({
      key: environmentKey,
      folder,
      sdkRelease: release,
      warnings: [],
      reused: true,
    }),
    launch: async () => {
      throw new NoxusError("internal", "A remote plugin has no process.");
    },
    connect: (source) => {
      if (source.type === "remote") return endpointOf(source);
      throw new NoxusError("plugin_engine_unsupported", "Only a source of type remote has an endpoint.");
    },
    explainStart: (error) => error,
    verify: async () => true,
    sweep: async () => {},
    removeUnused: async () => [],
    close: async () => {},
  };
}

async function inspect({ folder }: Release): Promise<PluginFacts> {
  const { manifest, warnings } = await readManifestPreview(folder);
  if (!manifest)
    throw new NoxusError("plugin_manifest_invalid", "The remote plugin's manifest is not there any more.");
  return {
    name: manifest.name,
    version: manifest.version,
    manifest,
    packageName: manifest.name,
    sdk: { release, reason: "it runs elsewhere", warnings: [] },
    transport: "http",
    environmentKey: "remote",
    warnings,
  };
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
