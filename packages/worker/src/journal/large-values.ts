import { createHash } from "node:crypto";
import { type LargeValue, largeValueSchema } from "@noxus/contracts";
import { toJsonb } from "@noxus/database";
import { isLarger } from "./is-larger.ts";
import type { Sql } from "./sql.ts";

type Values = Record<string, unknown>;

/** More would keep in memory what the run itself has left behind. */
const mostRemembered = 16;

/** Bytes of a value that stand where it is kept apart. */
const previewLength = 500;

/**
 * Values of one run that are too large for the rows of its journal. Each is kept once, under its hash: as a node's output
 * it is the input of others too. They are there before the journal names them, and go with the run.
 */
export class LargeValues {
  readonly #sql: Sql;
  readonly #runId: string;
  /** The newest ones by what was kept: an input of the same value need not be written as JSON again. */
  readonly #kept = new Map<unknown, LargeValue>();

  constructor(sql: Sql, runId: string) {
    this.#sql = sql;
    this.#runId = runId;
  }

  /** The same values, with a reference for each one whose JSON text is longer than `length`; it is kept by then. */
  async keepLarge<T extends Values | undefined>(values: T, length: number): Promise<T> {
    const large = Object.entries(values ?? {}).filter(([, value]) => isLarger(value, length));
    if (large.length === 0) return values;
    const kept: Values = { ...values };
    for (const [name, value] of large) kept[name] = await this.#keep(value);
    return kept as T;
  }

  /** The same values, with what references stand for. What only looks like one stays as it is. */
  async resolve<T extends Values | null>(values: T): Promise<T> {
    const references = Object.entries(values ?? {}).filter(
      ([, value]) => largeValueSchema.safeParse(value).success,
    );
    if (references.length === 0) return values;
    const resolved: Values = { ...values };
    for (const [name, value] of references) resolved[name] = await this.#read(value as LargeValue);
    return resolved as T;
  }

  async #keep(value: unknown): Promise<LargeValue> {
    const known = this.#kept.get(value);
    if (known) return known;
    const content = Buffer.from(toJsonb(value));
    const sha256 = createHash("sha256").update(content).digest("hex");
    await this.#sql.query({
      name: "large-value-keep",
      text: "insert into large_values (run_id, sha256, content) values ($1, $2, $3) on conflict do nothing",
      values: [this.#runId, sha256, content],
    });
    // Cut inside a character it would end in a replacement character: the preview is for people.
    const preview = content.subarray(0, previewLength).toString();
    const reference = { $large_value: sha256, size: content.length, preview };
    this.#remember(value, reference);
    return reference;
  }

  async #read(reference: LargeValue): Promise<unknown> {
    const { rows } = await this.#sql.query<{ content: Buffer }>({
      name: "large-value-read",
      text: "select content from large_values where run_id = $1 and sha256 = $2",
      values: [this.#runId, reference.$large_value],
    });
    if (!rows[0]) return reference;
    const value: unknown = JSON.parse(rows[0].content.toString());
    this.#remember(value, reference);
    return value;
  }

  #remember(value: unknown, reference: LargeValue): void {
    this.#kept.set(value, reference);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostRemembered) return;
      this.#kept.delete(oldest);
    }
  }
}
