import { runEventsChannel } from "@noxus/contracts";
import { type Database, runs } from "@noxus/database";
import { inArray } from "@noxus/database/sql";
import { Wake } from "../http/event-stream.ts";
import { pluginEventsChannel } from "../plugins/plugin-events.ts";
import { type Topic, workspaceChannel } from "./topics.ts";

/** A stream begins without PostgreSQL's word that it listens rather than later than this. */
const longestStartMs = 5_000;
/** Runs that change together are looked up together: a busy platform tells of hundreds a second. */
const lookUpAfterMs = 100;
const ofEveryWorkspace: readonly Topic[] = ["plugins"];
const ofOneWorkspace: readonly Topic[] = [
  "runs",
  "workflows",
  "triggers",
  "credentials",
  "files",
  "variables",
];

/** What has changed for somebody since they last took it. */
export interface Follower {
  readonly wake: Wake;
  take(): Topic[];
}

/** One place that hears of all changes and passes each to those whose workspace it is of. */
export class ChangeFeed {
  readonly #database: Database;
  readonly #followers = new Set<{ workspaceId: string; wake: Wake; changed: Set<Topic> }>();
  #runs = new Set<string>();
  #listening: Promise<unknown> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Resolves when nothing is missed any more; until the signal ends, what changes is kept for the follower. */
  async follow(workspaceId: string, signal: AbortSignal): Promise<Follower> {
    const follower = { workspaceId, wake: new Wake(), changed: new Set<Topic>() };
    this.#followers.add(follower);
    const leave = () => this.#followers.delete(follower);
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    await this.#begun(signal);
    return {
      wake: follower.wake,
      take: () => {
        const taken = [...follower.changed];
        follower.changed.clear();
        return taken;
      },
    };
  }

  async #begun(signal: AbortSignal): Promise<void> {
    this.#listening ??= this.#listen();
    const begun = new Wake();
    const wake = () => begun.wake();
    this.#listening.then(wake, wake);
    await begun.wait(longestStartMs, signal);
  }

  #listen(): Promise<unknown> {
    const { notifications } = this.#database;
    const hear = (channel: string, pass: (payload: string) => void, missed: readonly Topic[]) =>
      notifications.listen(channel, (hint) => {
        // What was told while the connection was broken may have been anything.
        if (hint.kind === "reconnected") for (const topic of missed) this.#pass(topic);
        else pass(hint.payload);
      }).ready;
    return Promise.all([
      hear(pluginEventsChannel, () => this.#pass("plugins"), ofEveryWorkspace),
      hear(runEventsChannel, (id) => this.#passRun(id), ["runs"]),
      hear(workspaceChannel, (payload) => this.#passOwn(payload), ofOneWorkspace),
    ]);
  }

  #passOwn(payload: string): void {
    const [workspaceId, topic] = payload.split(" ");
    this.#pass(topic as Topic, workspaceId);
  }

  #pass(topic: Topic, workspaceId?: string): void {
    for (const follower of this.#followers) {
      if (workspaceId !== undefined && follower.workspaceId !== workspaceId) continue;
      follower.changed.add(topic);
      follower.wake.wake();
    }
  }

  #passRun(id: string): void {
    if (this.#followers.size === 0) return;
    if (this.#runs.size === 0) setTimeout(() => void this.#lookUpRuns(), lookUpAfterMs);
    this.#runs.add(id);
  }

  async #lookUpRuns(): Promise<void> {
    const ids = [...this.#runs];
    this.#runs = new Set();
    const { db } = this.#database;
    const found = await db
      .selectDistinct({ workspaceId: runs.workspaceId })
      .from(runs)
      .where(inArray(runs.id, ids))
      .catch(() => []);
    for (const { workspaceId } of found) this.#pass("runs", workspaceId);
  }
}
