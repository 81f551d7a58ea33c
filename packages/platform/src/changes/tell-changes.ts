import type { Database } from "@noxus/database";
import type { HttpServer } from "@noxus/service";
import { topicOf, workspaceChannel } from "./topics.ts";

/** Tells, after each answer that changed something of a workspace, what it was, so that whoever has it open sees it. */
export function tellChanges(server: HttpServer, { hints }: Pick<Database, "hints">): void {
  server.addHook("onResponse", async ({ method, routeOptions, access }, { statusCode }) => {
    const topic = statusCode < 400 && topicOf(method, routeOptions.url);
    if (topic && access) hints.tell(workspaceChannel, `${access.workspaceId} ${topic}`);
  });
}
