import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { expect, test } from "vitest";
import { createLogger } from "../log/logger.ts";
import { createHttpServer } from "./server.ts";

test("a closing server waits for its answers, and for no connection that is silent", async () => {
  const logger = createLogger({ program: "test", level: "silent" });
  const server = await createHttpServer({ title: "Test", version: "1", logger });
  const begun = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  server.get("/slow", async () => {
    begun.resolve();
    await gate.promise;
    return { done: true };
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const silent = connect(port, "127.0.0.1");
  await once(silent, "connect");
  const slow = fetch(`http://127.0.0.1:${port}/slow`);
  await begun.promise;

  const closed = server.close();
  await once(silent.resume(), "close");
  gate.resolve();
  expect(await (await slow).json()).toEqual({ done: true });
  // Its keep-alive time is longer than this test may take.
  await closed;
}, 10_000);
