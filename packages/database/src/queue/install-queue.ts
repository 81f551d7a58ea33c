import type pg from "pg";
import { PgBoss } from "pg-boss";
import { queueSchema, type RunSql, runQueueName, runQueueOptions } from "./queue-settings.ts";

/** Makes the queue's own schema, or brings it to the version of this pg-boss, and the run queue in it. */
export async function installQueue(runSql: RunSql): Promise<void> {
  const boss = new PgBoss({
    db: { executeSql: runSql },
    schema: queueSchema,
    migrate: true,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => {});
  await boss.start();
  try {
    if (await boss.getQueue(runQueueName)) await boss.updateQueue(runQueueName, runQueueOptions);
    else await boss.createQueue(runQueueName, runQueueOptions);
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}

/** Whether the queue's schema is at the version that this pg-boss needs. */
export async function queueIsInstalled(pool: pg.Pool): Promise<boolean> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: queueSchema,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on("error", () => {});
  try {
    await boss.start();
    return (await boss.getQueue(runQueueName)) !== null;
  } catch {
    return false;
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}
