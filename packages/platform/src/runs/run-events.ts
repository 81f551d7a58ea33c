import { endedStatuses, type RunStatus, runEventsChannel } from "@noxus/contracts";
import { type Database, type Hint, runEvents, runs } from "@noxus/database";
import { and, asc, eq, gt } from "@noxus/database/sql";
import { type StreamEvent, Wake } from "../http/event-stream.ts";

/** The floor: notifications may be lost with their connection. */
const lookEveryMs = 2_000;
/** Events of one query: a long run's past is sent in parts. */
const batchSize = 500;

/** Which events of a run are wanted. */
interface From {
  /** The id of the last one that is known; 0 for all. */
  after: number;
  /** Go on where a person is asked; otherwise that ends the stream too, as the published client's `wait` has it. */
  pastQuestions: boolean;
}

/** Tells those who follow a run when there is something new: one LISTEN for all of them. */
export class RunEvents {
  readonly #database: Database;
  readonly #followers = new Map<string, Set<Wake>>();

  /** Listens from now on, so that the first follower misses nothing. */
  constructor(database: Database) {
    this.#database = database;
    database.notifications.listen(runEventsChannel, (hint) => this.#tell(hint));
  }

  /**
   * A run's events after the given one, to the last: ends after the event of the run's end (or of its question to a
   * person), when the run is gone, or with the signal.
   */
  async *follow(
    runId: string,
    { after, pastQuestions }: From,
    signal: AbortSignal,
  ): AsyncGenerator<StreamEvent> {
    const isOver = (status: unknown) =>
      isEnd(status) || (!pastQuestions && status === "awaiting_human_feedback");
    const wake = new Wake();
    this.#subscribe(runId, wake);
    try {
      for (let last = after; !signal.aborted; ) {
        const events = await this.#read(runId, last);
        for (const { id, type, data } of events) {
          yield { id: String(id), event: "message", data: { type, data, redisId: String(id) } };
          if (isOver(data.workflow_status)) return;
          last = id;
        }
        if (events.length === batchSize) continue;
        if (await this.#isOver(runId, last, isOver)) return;
        await wake.wait(lookEveryMs, signal);
      }
    } finally {
      this.#unsubscribe(runId, wake);
    }
  }

  /** Resolves when the run has ended, asks a person, or is gone; false where the signal was first. */
  answered(runId: string, signal: AbortSignal): Promise<boolean> {
    return this.#until(runId, (status) => isEnd(status) || status === "awaiting_human_feedback", signal);
  }

  /** Resolves when the run has ended or is gone; false where the signal was first. */
  ended(runId: string, signal: AbortSignal): Promise<boolean> {
    return this.#until(runId, isEnd, signal);
  }

  async #until(runId: string, isOver: (status: RunStatus) => boolean, signal: AbortSignal): Promise<boolean> {
    const wake = new Wake();
    this.#subscribe(runId, wake);
    try {
      while (!signal.aborted) {
        const [run] = await this.#database.db
          .select({ status: runs.status })
          .from(runs)
          .where(eq(runs.id, runId));
        if (!run || isOver(run.status)) return true;
        await wake.wait(lookEveryMs, signal);
      }
      return false;
    } finally {
      this.#unsubscribe(runId, wake);
    }
  }

  #read(runId: string, after: number) {
    return this.#database.db
      .select()
      .from(runEvents)
      .where(and(eq(runEvents.runId, runId), gt(runEvents.id, after)))
      .orderBy(asc(runEvents.id))
      .limit(batchSize);
  }

  /** Of a run that has ended, the last event was there before its status was seen: what came after `last` is read once more. */
  async #isOver(runId: string, last: number, isOver: (status: RunStatus) => boolean): Promise<boolean> {
    const [run] = await this.#database.db
      .select({ status: runs.status })
      .from(runs)
      .where(eq(runs.id, runId));
    if (run && !isOver(run.status)) return false;
    return (await this.#read(runId, last)).length === 0;
  }

  #subscribe(runId: string, wake: Wake): void {
    this.#followers.set(runId, (this.#followers.get(runId) ?? new Set()).add(wake));
  }

  #tell(hint: Hint): void {
    const told =
      hint.kind === "notification"
        ? [this.#followers.get(hint.payload) ?? new Set<Wake>()]
        : [...this.#followers.values()];
    for (const followers of told) for (const wake of followers) wake.wake();
  }

  #unsubscribe(runId: string, wake: Wake): void {
    const followers = this.#followers.get(runId);
    followers?.delete(wake);
    if (followers?.size === 0) this.#followers.delete(runId);
  }
}

function isEnd(status: unknown): boolean {
  return endedStatuses.includes(status as RunStatus);
}
