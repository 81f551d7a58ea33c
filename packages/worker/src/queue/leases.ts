import type { Sql } from "../journal/sql.ts";

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
  callback_url: string | null;
}

export interface LeaseOptions {
  sql: Sql;
  /** This worker's name in the leases. */
  owner: string;
  /** How long a lease lasts without being renewed. */
  leaseMs: number;
}

/** A run that was queued this long ago has lost its place in the queue. */
const forgottenAfterS = 30;

/**
 * Taking a run waits for no disk: if PostgreSQL loses it with its own process, the run is still queued, and what its
 * taker writes is refused.
 */
const columns =
  "set_config('synchronous_commit', 'off', true), id, workspace_id, workflow_id, definition, input, epoch, progress, journal_seq, callback_url, cancel_requested_at is not null as cancel_requested";
const take = `status = 'running', lease_owner = $1::text, lease_until = now() + $2::int * interval '1 millisecond',
  epoch = epoch + 1, started_at = coalesce(started_at, now())`;

/** A lease that ran out while PostgreSQL was away may be renewed first: its worker perhaps still works. */
const isOver = `(lease_until is null
  or (lease_until < now() and pg_postmaster_start_time() < now() - $2::int * interval '1 millisecond'))`;

const takeSql = `update runs set ${take}
where id = $3::uuid and (status = 'queued' or (status = 'running' and ${isOver}))
returning ${columns}`;

const takeDueSql = `with abandoned as (
  select id from runs where status = 'running' and ${isOver}
  order by lease_until limit $3::int for update skip locked
), forgotten as (
  select id from runs where status = 'queued' and created_at < now() - interval '${forgottenAfterS} seconds'
  order by created_at limit $3::int for update skip locked
), due as (
  select id from abandoned union all select id from forgotten limit $3::int
)
update runs set ${take} where id in (select id from due) returning ${columns}`;

const renewSql = `update runs set lease_until = now() + $2::int * interval '1 millisecond'
from unnest($3::uuid[], $4::int[]) as held(id, epoch)
where runs.id = held.id and runs.epoch = held.epoch and lease_owner = $1::text and status = 'running'
returning runs.id, cancel_requested_at is not null as cancel_requested`;

const releaseSql = `update runs set lease_owner = null, lease_until = null
where id = $2::uuid and epoch = $3::int and lease_owner = $1::text and status = 'running' returning id`;

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

  /** Undefined where the run has ended, or another worker holds it. */
  async take(runId: string): Promise<LeasedRun | undefined> {
    const [run] = await this.#query<LeasedRun>("lease-take", takeSql, [...this.#who(), runId]);
    return run;
  }

  /** Runs whose worker is gone, and runs that no queue knows any more. */
  takeDue(limit: number): Promise<LeasedRun[]> {
    return this.#query<LeasedRun>("lease-take-due", takeDueSql, [...this.#who(), limit]);
  }

  /** The runs that are still ours. */
  renew(
    held: readonly { id: string; epoch: number }[],
  ): Promise<{ id: string; cancel_requested: boolean }[]> {
    const [ids, epochs] = [held.map(({ id }) => id), held.map(({ epoch }) => epoch)];
    return this.#query("lease-renew", renewSql, [...this.#who(), ids, epochs]);
  }

  /** Gives a run back before its end. False where it was not ours any more. */
  async release({ id, epoch }: { id: string; epoch: number }): Promise<boolean> {
    return (await this.#query("lease-release", releaseSql, [this.owner, id, epoch])).length > 0;
  }

  #who(): [string, number] {
    return [this.#options.owner, this.#options.leaseMs];
  }

  async #query<T extends object>(name: string, text: string, values: unknown[]): Promise<T[]> {
    return (await this.#options.sql.query<T>({ name, text, values })).rows;
  }
}
