import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { DatabaseLogger } from "../connection/database-logger.ts";

/** Why a listener is called. Both mean "look again"; only the first says where. */
export type Hint = { kind: "notification"; payload: string } | { kind: "reconnected" };

/** What `listen` gives. */
export interface Listening {
  /** Resolves when PostgreSQL has confirmed it: from then on nothing is missed while the connection lasts. */
  ready: Promise<void>;
  stop(): void;
}

/**
 * A program's one LISTEN connection. It reconnects for ever; after each reconnect every listener is told to look again,
 * because what was sent meanwhile is lost.
 */
export interface Notifications {
  listen(channel: string, onHint: (hint: Hint) => void): Listening;
  close(): Promise<void>;
}

export interface NotificationsOptions {
  connection: pg.ClientConfig;
  logger: DatabaseLogger;
  /** How often a silent connection is proven alive; 30,000 by default. A firewall that drops it tells nobody. */
  probeEveryMs?: number;
}

interface Listener {
  onHint: (hint: Hint) => void;
  ready: PromiseWithResolvers<void>;
}

const firstWaitMs = 50;
const longestWaitMs = 2_000;
const probeTimeoutMs = 10_000;

export function createNotifications(options: NotificationsOptions): Notifications {
  const connection = new NotificationConnection(options);
  return {
    listen: (channel, onHint) => connection.listen(channel, onHint),
    close: () => connection.close(),
  };
}

class NotificationConnection {
  readonly #options: NotificationsOptions;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #closed = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;
  /** The statement under way on the client, which takes one at a time. */
  #statement: Promise<unknown> = Promise.resolve();

  constructor(options: NotificationsOptions) {
    this.#options = options;
  }

  listen(channel: string, onHint: (hint: Hint) => void): Listening {
    if (this.#closed.signal.aborted)
      throw new Error("This database handle is closed; nothing can be listened to.");
    const listener = { onHint, ready: Promise.withResolvers<void>() };
    listener.ready.promise.catch(() => {});
    const others = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, others.add(listener));
    if (this.#client) this.#subscribe(this.#client, channel).catch(this.#breakWith(this.#client));
    this.#running ??= this.#run();
    return { ready: listener.ready.promise, stop: () => this.#remove(channel, listener) };
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("The database handle was closed."));
    for (const listener of this.#all()) listener.ready.reject(this.#closed.signal.reason);
    this.#listeners.clear();
    await this.#running;
  }

  /** Connects, listens until the connection breaks, and again. */
  async #run(): Promise<void> {
    const { signal } = this.#closed;
    let failures = 0;
    for (let first = true; !signal.aborted; first = false) {
      try {
        await this.#connectAndListen({
          tellThemToLook: !first || failures > 0,
          onListening: () => (failures = 0),
        });
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.warn({ err: error }, "the notification connection broke; connecting again");
      }
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures++, 10));
      await delay(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Resolves when the connection was ended in order, rejects when it broke. */
  async #connectAndListen(how: { tellThemToLook: boolean; onListening: () => void }): Promise<void> {
    const client = new pg.Client({ ...this.#options.connection, connectionTimeoutMillis: 10_000 });
    const ended = Promise.withResolvers<void>();
    const { signal: closed } = this.#closed;
    const giveUp = () => ended.reject(closed.reason);
    closed.addEventListener("abort", giveUp);
    client.on("error", ended.reject);
    client.on("end", () => ended.resolve());
    client.on("notification", ({ channel, payload = "" }) =>
      this.#tell(channel, { kind: "notification", payload }),
    );
    ended.promise.catch(() => {});
    const stopProbing = new AbortController();
    try {
      // Raced, because a client that is ended while it connects may keep its promise open.
      await Promise.race([client.connect(), ended.promise]);
      closed.throwIfAborted();
      this.#client = client;
      this.#statement = Promise.resolve();
      for (const channel of this.#listeners.keys()) await this.#subscribe(client, channel);
      how.onListening();
      if (how.tellThemToLook)
        for (const { onHint } of this.#all()) this.#call(onHint, { kind: "reconnected" });
      this.#probe(client, stopProbing.signal).catch(ended.reject);
      await ended.promise;
    } finally {
      closed.removeEventListener("abort", giveUp);
      stopProbing.abort();
      this.#client = undefined;
      await client.end().catch(() => {});
    }
  }

  async #subscribe(client: pg.Client, channel: string): Promise<void> {
    await this.#query(client, `listen ${client.escapeIdentifier(channel)}`);
    for (const listener of this.#listeners.get(channel) ?? []) listener.ready.resolve();
  }

  #remove(channel: string, listener: Listener): void {
    const others = this.#listeners.get(channel);
    if (!others?.delete(listener) || others.size > 0) return;
    this.#listeners.delete(channel);
    const client = this.#client;
    if (client)
      this.#query(client, `unlisten ${client.escapeIdentifier(channel)}`).catch(this.#breakWith(client));
  }

  #query(client: pg.Client, statement: string | pg.QueryConfig): Promise<unknown> {
    const asked = this.#statement.then(() => client.query(statement));
    this.#statement = asked.catch(() => {});
    return asked;
  }

  /** A connection on which a statement fails is of no use any more: ending it lets the loop make a new one. */
  #breakWith(client: pg.Client): () => void {
    return () => {
      client.end().catch(() => {});
    };
  }

  async #probe(client: pg.Client, signal: AbortSignal): Promise<void> {
    const { probeEveryMs = 30_000 } = this.#options;
    for (;;) {
      await delay(probeEveryMs, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      await this.#query(client, { text: "select 1", query_timeout: probeTimeoutMs } as pg.QueryConfig);
    }
  }

  #tell(channel: string, hint: Hint): void {
    for (const { onHint } of this.#listeners.get(channel) ?? []) this.#call(onHint, hint);
  }

  /** A listener that throws must not keep the others from hearing. */
  #call(onHint: (hint: Hint) => void, hint: Hint): void {
    try {
      onHint(hint);
    } catch (error) {
      this.#options.logger.error({ err: error }, "a listener failed");
    }
  }

  #all(): Listener[] {
    return [...this.#listeners.values()].flatMap((listeners) => [...listeners]);
  }
}
