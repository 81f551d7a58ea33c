import type { NodeRunStatus, NodeWait, RunError, RunStatus } from "@noxus/contracts";
import { toJsonb } from "@noxus/database";
import { RunInterrupted } from "../graph/run-error.ts";
import { commitSql, positionSql } from "./commit-sql.ts";
import type { LargeValues } from "./large-values.ts";
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
  /** While its status is `waiting`. */
  wait?: NodeWait;
  plugin_release?: string;
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

/** How a run stands that gives its place back before its end. */
export interface RunRest {
  status: Extract<RunStatus, "waiting" | "awaiting_human_feedback" | "paused">;
  /** When it goes on by itself, ISO. */
  wakeAt?: string;
}

export interface RunJournalOptions {
  pool: Sql;
  runId: string;
  /** Of the lease: what an older epoch writes is refused. */
  epoch: number;
  owner: string;
  leaseMs: number;
  progress: number;
  /** Number of the last statement of earlier lives of the run. */
  seq: number;
  large: LargeValues;
  limits: JournalLimits;
  /** Called after each statement: there are events to be read. */
  onCommit?: () => void;
  /** Called where a statement finds that the run is to pause: the hint may be late. */
  onPauseRequested?: () => void;
}

/** Above so many characters of JSON a value is kept apart from its row. */
export interface JournalLimits {
  /** Of a node's input or output. */
  nodeLength: number;
  /** Of an output of the run, which is read with it. */
  outputLength: number;
}

/** What one statement wrote. */
interface Batch {
  seq: number;
  records: Map<string, NodeRunRecord>;
  events: JournalEvent[];
}

/** What is shown of a run without an effect is written at the latest after this time. */
const idleFlushMs = 100;

/**
 * Writes what happens in one run. Everything that comes together is committed together, in one statement that also
 * renews the lease: `add` collects, `flush` waits until all that was added is committed.
 */
export class RunJournal {
  readonly #options: RunJournalOptions;
  #records = new Map<string, NodeRunRecord>();
  #events: JournalEvent[] = [];
  #isDurable = false;
  #last: RunEnd | RunRest | undefined;
  #progress: number;
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #seq: number;
  /** Written since the last statement that waited for the disk: PostgreSQL loses them where it dies. */
  #unsure: Batch[] = [];

  constructor(options: RunJournalOptions) {
    this.#options = options;
    this.#progress = options.progress;
    this.#seq = options.seq;
  }

  /** Values that its rows only refer to. */
  get large(): LargeValues {
    return this.#options.large;
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
    this.#last = end;
    this.add({ event, durable: true, ...(end.status === "completed" && { progress: 100 }) });
    return this.flush();
  }

  /** Writes that the run waits or is paused, and gives the lease back; nothing can be added after it. */
  rest(rest: RunRest, event: JournalEvent): Promise<void> {
    this.#last = rest;
    this.add({ event, durable: true });
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
    if (this.#records.size === 0 && this.#events.length === 0) return;
    const [records, events, isDurable] = [this.#records, this.#events, this.#isDurable];
    this.#records = new Map();
    this.#events = [];
    this.#isDurable = false;
    try {
      await this.#keepLarge(records);
      this.#seq += 1;
      this.#unsure.push({ seq: this.#seq, records, events });
      await this.#write(this.#seq - 1, isDurable);
    } catch (cause) {
      throw cause instanceof RunInterrupted ? cause : new RunInterrupted("lost", cause);
    }
    if (isDurable) this.#unsure = [];
    this.#options.onCommit?.();
  }

  async #keepLarge(records: Map<string, NodeRunRecord>): Promise<void> {
    const { large, limits } = this.#options;
    for (const [key, record] of records) {
      const inputs = await large.keepLarge(record.inputs, limits.nodeLength);
      const outputs = await large.keepLarge(record.outputs, limits.nodeLength);
      if (inputs !== record.inputs || outputs !== record.outputs)
        records.set(key, { ...record, ...(inputs && { inputs }), ...(outputs && { outputs }) });
    }
    if (!this.#last || !("output" in this.#last)) return;
    const output = await large.keepLarge(this.#last.output, limits.outputLength);
    this.#last = { ...this.#last, ...(output && { output }) };
  }

  /** Writes all batches after the given one. */
  async #write(after: number, isDurable: boolean): Promise<void> {
    const { pool, runId, epoch, owner } = this.#options;
    const written = await pool.query<{ pause_requested: boolean }>(this.#statement(after, isDurable));
    if (written.rows[0]?.pause_requested) this.#options.onPauseRequested?.();
    if (written.rowCount !== 0) return;
    const { rows } = await pool.query<{ journal_seq: number }>(positionSql, [runId, epoch, owner]);
    const position = rows[0]?.journal_seq;
    // It was committed, and only its answer was lost.
    if (position === this.#seq) return;
    // PostgreSQL died, and what had not waited for the disk with it: that is written once more.
    const first = this.#unsure[0]?.seq ?? this.#seq;
    if (position === undefined || position >= after || position < first - 1) throw new RunInterrupted("lost");
    await this.#write(position, isDurable);
  }

  #statement(after: number, isDurable: boolean) {
    const { runId, epoch, owner, leaseMs } = this.#options;
    const batches = this.#unsure.filter(({ seq }) => seq > after);
    const records = new Map(batches.flatMap((batch) => [...batch.records]));
    const { status = null, output, error, wakeAt } = { ...this.#last } as Partial<RunEnd & RunRest>;
    const values = [
      runId,
      epoch,
      owner,
      leaseMs,
      this.#progress,
      status,
      output === undefined ? null : toJsonb(output),
      error === undefined ? null : toJsonb(error),
      toJsonb([...records.values()]),
      toJsonb(batches.flatMap(({ events }) => events)),
      isDurable ? null : "off",
      after,
      this.#seq,
      wakeAt ?? null,
    ];
    return { name: "journal-commit", text: commitSql, values };
  }
}
