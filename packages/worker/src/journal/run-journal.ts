import type { NodeRunStatus, RunError, RunStatus } from "@noxus/contracts";
import { toJsonb } from "@noxus/database";
import { RunInterrupted } from "../graph/run-error.ts";
import { commitSql } from "./commit-sql.ts";
import type { Sql } from "./sql.ts";

/** One node run, or one item of it. What is written again under the same node, item and attempt replaces it. */
export interface NodeRunRecord {
  node_id: string;
  item: string;
  attempt: number;
  node_type: string;
  status: NodeRunStatus;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  error?: RunError;
  ready_at: string;
  started_at?: string;
  finished_at?: string;
  call_ms?: number;
}

/** What comes together in one statement. */
export interface JournalEntry {
  record?: NodeRunRecord;
  event?: JournalEvent;
  progress?: number;
  /**
   * The statement is on disk before it is answered. Needed where an effect has happened and where the run ends; what
   * could be worked out again need not wait for the disk: it is lost only with PostgreSQL itself, never out of order.
   */
  durable?: boolean;
}

export interface JournalEvent {
  type: string;
  data: Record<string, unknown>;
}

/** How a run ended. */
export interface RunEnd {
  status: Extract<RunStatus, "completed" | "failed" | "stopped">;
  output?: Record<string, unknown>;
  error?: RunError;
}

export interface RunJournalOptions {
  pool: Sql;
  runId: string;
  /** Of the lease: what an older epoch writes is refused. */
  epoch: number;
  owner: string;
  leaseMs: number;
  progress: number;
}

/** What is shown of a run without an effect is written at the latest after this time. */
const idleFlushMs = 100;

/**
 * Writes what happens in one run. Everything that comes together is committed together, in one statement that also
 * renews the lease and says that there are events: `add` collects, `flush` waits until all that was added is committed.
 */
export class RunJournal {
  readonly #options: RunJournalOptions;
  readonly #records = new Map<string, NodeRunRecord>();
  #events: JournalEvent[] = [];
  #isDurable = false;
  #end: RunEnd | undefined;
  #progress: number;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RunJournalOptions) {
    this.#options = options;
    this.#progress = options.progress;
  }

  get runId(): string {
    return this.#options.runId;
  }

  add({ record, event, progress, durable = false }: JournalEntry): void {
    if (record) this.#records.set(`${record.attempt} ${record.item} ${record.node_id}`, record);
    if (event) this.#events.push(event);
    this.#progress = progress ?? this.#progress;
    this.#isDurable ||= durable;
    this.#timer ??= setTimeout(() => this.flush().catch(() => {}), idleFlushMs);
  }

  /**
   * After a failure every further flush fails too: what was lost must not be followed by what came after it. The run is
   * taken up again from what is in the journal.
   *
   * @throws RunInterrupted `lost` where another worker has the run, or the database did not take the statement.
   */
  flush(): Promise<void> {
    // Those who ask while a statement runs, or in the same turn, share the next one.
    this.#next ??= this.#afterThisTurn();
    return this.#next;
  }

  /** Writes the run's end with all that is still to be written; nothing can be added after it. */
  end(end: RunEnd, event: JournalEvent): Promise<void> {
    this.#end = end;
    this.add({ event, durable: true, ...(end.status === "completed" && { progress: 100 }) });
    return this.flush();
  }

  /** Forgets what was not written: the run is another worker's, or is written by the next one again. */
  close(): void {
    clearTimeout(this.#timer);
  }

  async #afterThisTurn(): Promise<void> {
    await this.#writing;
    await new Promise((done) => setImmediate(done));
    this.#next = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#commit();
    await this.#writing;
  }

  async #commit(): Promise<void> {
    const { pool, runId, epoch, owner, leaseMs } = this.#options;
    const records = [...this.#records.values()];
    const events = this.#events;
    if (records.length === 0 && events.length === 0) return;
    this.#records.clear();
    this.#events = [];
    const { status = null, output, error } = this.#end ?? {};
    const statement = {
      name: "journal-commit",
      text: commitSql,
      values: [
        runId,
        epoch,
        owner,
        leaseMs,
        this.#progress,
        status,
        output === undefined ? null : toJsonb(output),
        error === undefined ? null : toJsonb(error),
        toJsonb(records),
        toJsonb(events),
        this.#isDurable ? null : "off",
      ],
    };
    this.#isDurable = false;
    const { rowCount } = await pool.query(statement).catch((cause: unknown) => {
      throw new RunInterrupted("lost", cause);
    });
    if (rowCount === 0) throw new RunInterrupted("lost");
  }
}
