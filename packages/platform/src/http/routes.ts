import type { HttpServer } from "@noxus/service";
import { registerAdminRoutes } from "../access/admin-routes.ts";
import { registerSessionRoutes } from "../access/session-routes.ts";
import { registerChangeRoutes } from "../console/change-routes.ts";
import { registerCredentialRoutes } from "../credentials/credential-routes.ts";
import { registerFileRoutes } from "../files/file-routes.ts";
import { registerPluginStreamRoutes } from "../plugins/event-routes.ts";
import { registerHoldRoutes } from "../plugins/hold-routes.ts";
import { registerPluginRoutes } from "../plugins/plugin-routes.ts";
import { registerSourceRoutes } from "../plugins/source-routes.ts";
import { registerPluginUploadRoute } from "../plugins/upload-routes.ts";
import { registerUsageRoutes } from "../plugins/usage-routes.ts";
import { registerNodeRoutes } from "../registry/node-routes.ts";
import { registerRunRoutes } from "../runs/routes.ts";
import { registerLinkFileRoutes } from "../servers/link-file-routes.ts";
import { registerLinkRoutes } from "../servers/link-routes.ts";
import { registerServerRoutes } from "../servers/server-routes.ts";
import { registerWorkerRoutes } from "../servers/worker-routes.ts";
import { registerTriggerRoutes } from "../triggers/trigger-routes.ts";
import { registerVariableRoutes } from "../variables/variable-routes.ts";
import { registerWebhookRoutes } from "../webhooks/webhook-routes.ts";
import { registerWorkflowRoutes } from "../workflows/routes.ts";
import type { PlatformDependencies } from "./dependencies.ts";

/** Every route of the platform that asks for a key, topic by topic. */
export function registerRoutes(server: HttpServer, deps: PlatformDependencies): void {
  registerSessionRoutes(server, deps);
  registerAdminRoutes(server, deps);
  registerChangeRoutes(server, deps);
  registerPluginRoutes(server, deps);
  registerUsageRoutes(server, deps);
  registerPluginUploadRoute(server, deps);
  registerPluginStreamRoutes(server, deps);
  registerHoldRoutes(server, deps);
  registerSourceRoutes(server, deps);
  registerNodeRoutes(server, deps);
  registerCredentialRoutes(server, deps);
  registerFileRoutes(server, deps);
  registerWorkflowRoutes(server, deps);
  registerRunRoutes(server, deps);
  registerTriggerRoutes(server, deps);
  registerWebhookRoutes(server, deps);
  registerVariableRoutes(server, deps);
  registerServerRoutes(server, deps);
  registerWorkerRoutes(server, deps);
  registerLinkRoutes(server, deps);
  registerLinkFileRoutes(server, deps);
}
