import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Manifest, manifestSchema, releaseSignatureSchema, sourceSchema } from "@noxus/contracts";
import { Turns } from "@noxus/service";
import { z } from "zod";
import { readIfThere, writeAtomically } from "../data/write-atomically.ts";
import type { Environment, PluginFacts } from "../engines/engine.ts";

/** Written and read by this program alone, so only their being objects is checked. */
const ofOurs = <T>() => z.custom<T>((value) => typeof value === "object" && value !== null);

/** A release with its environment: what a process is started from, kept so that a restart prepares nothing. */
const builtSchema = z.object({
  release: z.string(),
  environment: z.string(),
  settingsKey: z.string(),
  facts: ofOurs<PluginFacts>(),
  prepared: ofOurs<Environment>(),
  engine: z.string(),
});
export type Built = z.infer<typeof builtSchema>;

/** Where a release came from, remembered as long as the release is. */
const originSchema = z.object({
  /** Without secrets and pins. */
  source: sourceSchema,
  commit: z.string().optional(),
  signature: releaseSignatureSchema.optional(),
  warnings: z.array(z.string()).default([]),
  bytes: z.number().int(),
  at: z.iso.datetime(),
});
export type Origin = z.infer<typeof originSchema>;

const recordSchema = z.object({
  id: z.uuid(),
  /** The name that this plugin has taken, and when: of two with one name the earlier keeps it. */
  name: z.string().optional(),
  namedAt: z.iso.datetime().optional(),
  /** Reloads asked of this server itself, beside those of the desired state. */
  localReloads: z.number().int().default(0),
  fetched: z
    .object({
      sourceKey: z.string(),
      reloads: z.number().int(),
      release: z.string(),
      commit: z.string().optional(),
      warnings: z.array(z.string()).default([]),
      at: z.iso.datetime(),
    })
    .optional(),
  /** Made from what was fetched last. */
  prepared: builtSchema.optional(),
  /** Was ready last; serves again after a restart until what is wanted is ready. */
  good: builtSchema.optional(),
  /** Were ready before that, newest first, of other releases each; their files are kept for the way back. */
  earlier: z.array(builtSchema).default([]),
  /** By release. */
  origins: z.record(z.string(), originSchema).default({}),
  /** It is idle and has no process; the fingerprint of the configuration that was checked before. */
  restingWith: z.string().optional(),
  manifest: manifestSchema.optional(),
  observedGeneration: z.number().int().default(0),
});
type ParsedRecord = z.infer<typeof recordSchema>;
export interface PluginRecord extends Omit<ParsedRecord, "manifest"> {
  manifest?: Manifest | undefined;
}

export function emptyRecord(id: string): PluginRecord {
  return { id, localReloads: 0, observedGeneration: 0, earlier: [], origins: {} };
}

const idOfFile = /^([0-9a-f-]{36})\.json$/;

/** One file a plugin, `<folder>/<id>.json`: everything that lets a restart install nothing. */
export class PluginRecords {
  readonly #folder: string;
  /** One change of a file at a time: what was asked for last is what stays. */
  readonly #turns = new Turns();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All records; one that is damaged is told and empty, so its plugin is installed anew, or what is left of it removed. */
  async load(onDamaged: (file: string, error: unknown) => void): Promise<PluginRecord[]> {
    await mkdir(this.#folder, { recursive: true });
    const ids = (await readdir(this.#folder)).flatMap((name) => idOfFile.exec(name)?.[1] ?? []);
    return Promise.all(
      ids.map(async (id) => {
        try {
          return recordSchema.parse(JSON.parse((await readIfThere(this.#path(id))) ?? ""));
        } catch (error) {
          onDamaged(`${id}.json`, error);
          return emptyRecord(id);
        }
      }),
    );
  }

  async save(record: PluginRecord): Promise<void> {
    await this.#turns.take(record.id, () => writeAtomically(this.#path(record.id), JSON.stringify(record)));
  }

  async remove(id: string): Promise<void> {
    await this.#turns.take(id, () => rm(this.#path(id), { force: true }));
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}
