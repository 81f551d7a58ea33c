/**
 * Everything here but the HTTP server: for programs and commands that serve nothing, and should not load what serves.
 */
export { keyMatcher, sameKey } from "./http/compare-keys.ts";
export { holdsSocket, listeningInodes, processOnPort } from "./http/port-owner.ts";
export { runAsProgram, type StopStep, stopInOrder } from "./life/shutdown.ts";
export { createLogger, type Logger } from "./log/logger.ts";
export { type FolderLock, type LockOptions, lockFolder } from "./processes/folder-lock.ts";
export {
  commandLineOf,
  identify,
  isAlive,
  type ProcessIdentity,
  signalProcess,
} from "./processes/process-identity.ts";
export { createKeyring, generateKey, type Keyring } from "./secrets/keyring.ts";
export { type NewestOnly, newestOnly } from "./time/newest-only.ts";
export { type RetryOptions, retry } from "./time/retry.ts";
export { Turns } from "./time/turns.ts";
export { wallTimeOf } from "./time/wall-time.ts";
