import { setTimeout as delay } from "node:timers/promises";
import {
  type DesiredList,
  isNoxusError,
  type RegisterRequest,
  registerResponseSchema,
  reportResponseSchema,
  type ServerReport,
} from "@noxus/contracts";
import { type Logger, retry } from "@noxus/service";
import type { PlatformClient } from "./platform-client.ts";
import type { StatusWebhooks } from "./status-webhooks.ts";

export interface PlatformLinkOptions {
  client: PlatformClient;
  webhooks: StatusWebhooks;
  registration: () => RegisterRequest;
  /** The whole state, asked for each report. */
  report: () => ServerReport;
  /** Takes a list that the platform answered with. */
  take: (list: DesiredList) => Promise<void>;
  reportMs: number;
  logger: Logger;
}

/**
 * Keeps the platform and this server of one mind: registers (for ever, with back-off), then reports the whole state
 * periodically and takes the desired list that comes back where it has grown. A platform that does not know this
 * server any more (new database, restored backup) is registered with again.
 */
export class PlatformLink {
  readonly #options: PlatformLinkOptions;
  #linked = false;

  constructor(options: PlatformLinkOptions) {
    this.#options = options;
  }

  /** Whether the last word from the platform was a good one. */
  get linked(): boolean {
    return this.#linked;
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#register(signal);
        await this.#reportUntilForgotten(signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #register(signal: AbortSignal): Promise<void> {
    const { client, webhooks, registration, take, logger } = this.#options;
    const answer = await retry(
      () => client.post("/plugin-server/register", registration(), registerResponseSchema, signal),
      { firstMs: 250, capMs: 10_000, signal, onFailure: (error, attempt) => this.#tell(error, attempt) },
    );
    this.#linked = true;
    logger.info(
      { platform: client.url, revision: answer.desired.revision, plugins: answer.desired.plugins.length },
      "registered with the platform",
    );
    webhooks.sign(answer.webhookSecret);
    await take(answer.desired);
  }

  async #reportUntilForgotten(signal: AbortSignal): Promise<void> {
    for (;;) {
      await delay(this.#options.reportMs, undefined, { signal });
      try {
        await this.#reportOnce(signal);
        this.#linked = true;
      } catch (error) {
        signal.throwIfAborted();
        this.#tell(error, 1);
        if (isNoxusError(error, "not_found")) return;
      }
    }
  }

  async #reportOnce(signal: AbortSignal): Promise<void> {
    const { client, registration, report, take } = this.#options;
    const path = `/plugin-server/${registration().serverId}/report`;
    const { desired } = await client.post(path, report(), reportResponseSchema, signal);
    if (desired) await take(desired);
  }

  /** The first failure after a good answer is told loudly; what follows only now and then. */
  #tell(error: unknown, attempt: number): void {
    const { logger, client } = this.#options;
    const fields = { platform: client.url, attempt, reason: (error as Error).message };
    if (this.#linked || attempt === 1 || attempt % 10 === 0)
      logger.warn(fields, "the platform cannot be reached; the last known plugins serve meanwhile");
    else logger.debug(fields, "the platform still cannot be reached");
    this.#linked = false;
  }
}
