import { integrationDefinitionSchema } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { listPlugins } from "../plugins/plugin-store.ts";

const integrationSchema = integrationDefinitionSchema.extend({
  plugin_id: z.uuid(),
  plugin_name: z.string(),
});
type Integration = z.infer<typeof integrationSchema>;

/** What credentials can be stored for. */
export function registerIntegrationRoute(server: HttpServer, { database }: PlatformDependencies): void {
  server.get(
    "/v1/integrations",
    {
      schema: {
        tags: ["credentials"],
        summary: "The integrations that installed plugins bring",
        description:
          "As each plugin's manifest has it, with the form of its credentials (`config`) and whether it has a sign-in with a code (`supports_device_auth`). Of one that two plugins bring, the plugin that was installed first answers.",
        response: { 200: z.array(integrationSchema) },
      },
    },
    async () => {
      const byType = new Map<string, Integration>();
      for (const { id, name, manifest } of await listPlugins(database.db))
        for (const integration of manifest?.integrations ?? [])
          if (!byType.has(integration.type))
            byType.set(integration.type, { ...integration, plugin_id: id, plugin_name: name });
      return [...byType.values()];
    },
  );
}
