import type { Database } from "@noxus/database";
import { beginTakingSql, releaseSql, renewSql, rouseSql, takeSql } from "./lease-sql.ts";

/** A run that this worker has taken: what executing it needs. */
export interface LeasedRun {
  id: string;
  workspace_id: string;
  workflow_id: string;
  definition: Record<string, unknown>;
  input: Record<string, unknown>;
  /** From 1; above it the run had an earlier life, and the journal tells what is done. */
  epoch: number;
  progress: number;
  /** Number of the journal's last statement. */
  journal_seq: number;
  cancel_requested: boolean;
  pause_requested: boolean;
  deadline_at: Date | null;
  /** Milliseconds until then when it was taken, by the database's clock: the worker's may be another, or be set meanwhile. */
  deadline_in_ms: number | null;
  /** The run whose finished nodes are in its journal from the start. */
  restarted_from: string | null;
  /** Only these nodes, and what they depend on. */
  node_ids: string[] | null;
  /** Definitions of the workflows that it runs, as they were when it was started. */
  subflows: Record<string, Record<string, unknown>> | null;
  callback_url: string | null;
  /** Its workflow or workspace has a limit of runs at once: others perhaps wait for its end. */
  has_limit: boolean;
}

/** What is asked of a run that is held. */
export interface Asked {
  id: string;
  cancel_requested: boolean;
  pause_requested: boolean;
  /** Something that it waits for has come. */
  wake_requested: boolean;
}

export interface LeaseOptions {
  pool: Database["pool"];
  /** This worker's name in the leases. */
  owner: string;
  /** How long a lease lasts without being renewed. */
  leaseMs: number;
}

/** Who executes a run: the worker that holds its lease. The epoch grows with each taker, and fences the one before. */
export class Leases {
  readonly #options: LeaseOptions;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  get owner(): string {
    return this.#options.owner;
  }

  get leaseMs(): number {
    return this.#options.leaseMs;
  }

  /** Runs whose worker is gone, and runs that wait, fairly between workspaces and within their limits. */
  async take(limit: number): Promise<LeasedRun[]> {
    const client = await this.#options.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query(beginTakingSql);
      const values = [...this.#who(), limit];
      const { rows } = await client.query<LeasedRun>({ name: "lease-take", text: takeSql, values });
      await client.query("commit");
      return rows;
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // A connection on which something failed is closed, and its transaction with it.
      client.release(failure);
    }
  }

  /** The runs that are still ours. */
  renew(held: readonly { id: string; epoch: number }[]): Promise<Asked[]> {
    const [ids, epochs] = [held.map(({ id }) => id), held.map(({ epoch }) => epoch)];
    return this.#query("lease-renew", renewSql, [...this.#who(), ids, epochs]);
  }

  /** Puts runs whose wait or time is over into the line again; whether there were any. */
  async rouse(): Promise<boolean> {
    return (await this.#query("lease-rouse", rouseSql, [])).length > 0;
  }

  /** Gives a run back before its end. False where it was not ours any more. */
  async release({ id, epoch }: { id: string; epoch: number }): Promise<boolean> {
    return (await this.#query("lease-release", releaseSql, [this.owner, id, epoch])).length > 0;
  }

  #who(): [string, number] {
    return [this.#options.owner, this.#options.leaseMs];
  }

  async #query<T extends object>(name: string, text: string, values: unknown[]): Promise<T[]> {
    return (await this.#options.pool.query<T>({ name, text, values })).rows;
  }
}
