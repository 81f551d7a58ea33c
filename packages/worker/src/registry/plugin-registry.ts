import { createRegistry, type NodeRegistry, type RegistryPlugin } from "@noxus/workflow";
import type { Sql } from "../journal/sql.ts";

/** How old the registry may be before the database is asked whether a plugin has changed. */
const checkEveryMs = 1_000;

/** `xmin` changes with every write to a row, whoever wrote it and whatever changed. */
const stampSql =
  "select string_agg(id::text || xmin::text, ',' order by id) as stamp from plugins where deleted_at is null";

/** Built-in nodes and those of all installed plugins, kept while no plugin changes. */
export class PluginRegistry {
  readonly #sql: Sql;
  #registry: NodeRegistry | undefined;
  #stamp: string | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** @param options.fresh Asks the database whatever the age: a plugin may have come a moment ago. */
  async get({ fresh = false }: { fresh?: boolean } = {}): Promise<NodeRegistry> {
    const isDue = fresh || performance.now() - this.#checkedAt > checkEveryMs;
    if (this.#registry && !isDue) return this.#registry;
    this.#checkedAt = performance.now();
    const { rows } = await this.#sql.query<{ stamp: string | null }>(stampSql);
    const stamp = rows[0]?.stamp ?? "";
    if (this.#registry && stamp === this.#stamp) return this.#registry;
    this.#registry = createRegistry(await this.#load());
    this.#stamp = stamp;
    return this.#registry;
  }

  async #load(): Promise<RegistryPlugin[]> {
    const { rows } = await this.#sql.query<RegistryPlugin>(
      "select id, name, manifest from plugins where deleted_at is null and manifest is not null order by created_at, id",
    );
    return rows;
  }
}
