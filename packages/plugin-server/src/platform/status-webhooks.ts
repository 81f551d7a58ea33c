import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type PluginReport, type StatusEvent, statusEventSchema } from "@noxus/contracts";
import type { Logger } from "@noxus/service";
import { Webhook } from "standardwebhooks";
import type { PlatformClient } from "./platform-client.ts";

export interface StatusWebhooksOptions {
  client: PlatformClient;
  serverId: string;
  startedAt: string;
  logger: Logger;
  /** First wait after a failure in ms, doubling to `capMs`; 500 and 30,000 by default. */
  firstMs?: number;
  capMs?: number;
}

/**
 * Tells the platform of every change of a plugin's state, signed as Standard Webhooks. Only the newest state of a plugin
 * is pending: a platform that was away hears of each plugin once. A lost one does no harm, the periodic report repairs it.
 */
export class StatusWebhooks {
  readonly #options: StatusWebhooksOptions;
  readonly #pending = new Map<string, () => PluginReport>();
  #webhook: Webhook | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(options: StatusWebhooksOptions) {
    this.#options = options;
  }

  /** The secret that the platform gave with the last registration; nothing is sent before the first. */
  sign(secret: string): void {
    this.#webhook = new Webhook(secret);
    this.#wake.resolve();
  }

  /** The plugin's state changed; `report` is asked when it is sent, so that it is the newest. */
  changed(pluginId: string, report: () => PluginReport): void {
    // Out and in again keeps the order of changes between plugins.
    this.#pending.delete(pluginId);
    this.#pending.set(pluginId, report);
    this.#wake.resolve();
  }

  /** Sends until the signal ends. */
  async run(signal: AbortSignal): Promise<void> {
    const { firstMs = 500, capMs = 30_000, logger } = this.#options;
    let failures = 0;
    const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    while (!signal.aborted) {
      const next = this.#takeNext();
      if (!next) {
        await Promise.race([this.#sleep(), stopped]);
        continue;
      }
      try {
        await this.#send(next.report(), next.webhook, signal);
        failures = 0;
      } catch (error) {
        if (!this.#pending.has(next.pluginId)) this.#pending.set(next.pluginId, next.report);
        const waitMs = Math.min(capMs, firstMs * 2 ** Math.min(failures, 16)) * (0.75 + Math.random() / 2);
        failures += 1;
        logger.debug({ pluginId: next.pluginId, err: error, waitMs }, "a status webhook was not taken");
        await delay(waitMs, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #sleep(): Promise<void> {
    await this.#wake.promise;
    this.#wake = Promise.withResolvers();
  }

  #takeNext(): { pluginId: string; report: () => PluginReport; webhook: Webhook } | undefined {
    const [first] = this.#pending;
    if (!first || !this.#webhook) return undefined;
    this.#pending.delete(first[0]);
    return { pluginId: first[0], report: first[1], webhook: this.#webhook };
  }

  async #send(plugin: PluginReport, webhook: Webhook, signal: AbortSignal): Promise<void> {
    const { client, serverId, startedAt } = this.#options;
    const now = new Date();
    const event: StatusEvent = {
      type: "plugin.status",
      timestamp: now.toISOString(),
      data: { serverId, startedAt, plugin },
    };
    const body = JSON.stringify(statusEventSchema.parse(event));
    const id = `msg_${randomUUID()}`;
    const answer = await client.send({
      method: "POST",
      path: `/plugin-server/${serverId}/webhook`,
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": webhook.sign(id, now, body),
      },
      body,
      signal,
    });
    await answer.body.dump();
  }
}
