import type { Database } from "@noxus/database";
import { addScrapedMetric, type Metrics } from "@noxus/service";

/** Scrapes that follow each other closer than this share one look at the database. */
const freshMs = 1_000;

interface RunCounts {
  waiting: number;
  running: number;
  oldestWaitingS: number;
}

/** How many runs wait and run, whatever workers there are: the line in front of them is in the database. */
export function addRunMetrics(metrics: Metrics, { pool }: Pick<Database, "pool">): void {
  const counts = remembered(() => countRuns(pool));
  const gauge = (name: string, help: string, value: (counts: RunCounts) => number) =>
    addScrapedMetric(metrics, {
      name,
      help,
      type: "gauge",
      samples: async () => {
        const known = await counts();
        return known ? [{ labels: {}, value: value(known) }] : [];
      },
    });
  gauge("noxus_runs_waiting", "Runs that wait for a worker.", ({ waiting }) => waiting);
  gauge("noxus_runs_running", "Runs that a worker has taken.", ({ running }) => running);
  gauge(
    "noxus_runs_waiting_oldest_seconds",
    "How long the first in the line has waited, in seconds; 0 where none waits.",
    ({ oldestWaitingS }) => oldestWaitingS,
  );
}

async function countRuns(pool: Database["pool"]): Promise<RunCounts> {
  const { rows } = await pool.query<{ status: string; count: number; age: number }>(
    `select status, count(*)::int as count, extract(epoch from now() - min(created_at))::float8 as age
     from runs where status in ('queued', 'running') group by status`,
  );
  const of = (status: string) => rows.find((row) => row.status === status);
  return {
    waiting: of("queued")?.count ?? 0,
    running: of("running")?.count ?? 0,
    oldestWaitingS: of("queued")?.age ?? 0,
  };
}

/** Where the database does not answer, the other metrics are still told: they may say why. */
function remembered<T>(ask: () => Promise<T>): () => Promise<T | undefined> {
  let last: { at: number; value: Promise<T | undefined> } | undefined;
  return () => {
    const now = performance.now();
    if (!last || now - last.at > freshMs) last = { at: now, value: ask().catch(() => undefined) };
    return last.value;
  };
}
