/**
 * What every long-running program here shares, so that each has it once: logger, HTTP server with coded errors,
 * retry, orderly shutdown.
 *
 *     const server = await createHttpServer({ title: "Plugin server", version, logger });
 *     const { url } = await listen(server, { host: "127.0.0.1", port: 8500 });
 */
export { keyMatcher, sameKey } from "./http/compare-keys.ts";
export { listen } from "./http/listen.ts";
export { holdsSocket, listeningInodes, processOnPort } from "./http/port-owner.ts";
export { createHttpServer, type HttpServer, sendError, toNoxusError } from "./http/server.ts";
export { runUntilSignal, type StopStep, stopInOrder } from "./life/shutdown.ts";
export { createLogger, type Logger } from "./log/logger.ts";
export { createKeyring, generateKey, type Keyring } from "./secrets/keyring.ts";
export { type RetryOptions, retry } from "./time/retry.ts";
