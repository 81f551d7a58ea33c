import { type DesiredList, type DesiredPlugin, desiredListSchema, type Hold } from "@noxus/contracts";
import { readIfThere, writeAtomically } from "../data/write-atomically.ts";
import { fingerprint } from "./wanted.ts";

/**
 * The list of wanted plugins that this server works on. The last one is kept on disk (mode 0600: sources hold
 * credentials), and serves while the platform does not answer.
 */
export class DesiredPlugins {
  readonly #path: string;
  #revision = -1;
  #plugins = new Map<string, DesiredPlugin>();
  #hold: Hold | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** -1 before the first list. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether there is a list at all. Without one nothing may be uninstalled. */
  get known(): boolean {
    return this.#revision >= 0;
  }

  get(id: string): DesiredPlugin | undefined {
    return this.#plugins.get(id);
  }

  /** Why the platform holds all plugins, where it does. */
  get hold(): Hold | undefined {
    return this.#hold;
  }

  get ids(): string[] {
    return [...this.#plugins.keys()];
  }

  get plugins(): DesiredPlugin[] {
    return [...this.#plugins.values()];
  }

  /** The last known list. A damaged file is as good as none: the platform sends the list again. */
  async load(onDamaged: (error: unknown) => void): Promise<void> {
    try {
      const text = await readIfThere(this.#path);
      if (text !== undefined) this.#set(desiredListSchema.parse(JSON.parse(text)));
    } catch (error) {
      onDamaged(error);
    }
  }

  /**
   * Takes a list and gives the ids of the plugins that differ from before (new and gone ones included). A list older
   * than the one already taken is ignored, unless it is `authoritative`: the answer to a question of ours, which is
   * the truth though a restored platform counts from an earlier revision.
   */
  async take(list: DesiredList, { authoritative = false } = {}): Promise<string[]> {
    if (!authoritative && list.revision < this.#revision) return [];
    const before = this.#plugins;
    const hadRevision = this.#revision;
    const hadHold = this.#hold?.reason;
    this.#set(list);
    const ids = new Set([...before.keys(), ...this.#plugins.keys()]);
    const isOtherHold = hadHold !== this.#hold?.reason;
    const changed = [...ids].filter(
      (id) => isOtherHold || !sameDesired(before.get(id), this.#plugins.get(id)),
    );
    if (changed.length > 0 || hadRevision !== list.revision) await this.#save(list);
    return changed;
  }

  #set({ revision, plugins, hold }: DesiredList): void {
    this.#revision = revision;
    this.#hold = hold;
    this.#plugins = new Map(plugins.map((plugin) => [plugin.id, plugin]));
  }

  /** One write at a time, so an older list never lands on a newer. */
  #save(list: DesiredList): Promise<void> {
    const saved = this.#saving.catch(() => {}).then(() => writeAtomically(this.#path, JSON.stringify(list)));
    this.#saving = saved;
    return saved;
  }
}

/** What the platform expects (`expectedStatus`) follows our own reports, and is no change of what is wanted. */
function sameDesired(a: DesiredPlugin | undefined, b: DesiredPlugin | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    fingerprint({ ...a, expectedStatus: undefined }) === fingerprint({ ...b, expectedStatus: undefined })
  );
}
