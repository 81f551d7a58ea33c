/**
 * What every long-running program here shares, so that each has it once: logger, HTTP server with coded errors,
 * retry, orderly shutdown.
 *
 *     const server = await createHttpServer({ title: "Plugin server", version, logger });
 *     const { url } = await listen(server, { host: "127.0.0.1", port: 8500 });
 */
export * from "./base.ts";
export { listen } from "./http/listen.ts";
export { createHttpServer, type HttpServer, sendError, toNoxusError } from "./http/server.ts";
