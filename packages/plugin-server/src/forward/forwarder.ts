import { isNoxusError, type NoxusError, pluginSettingsSchema } from "@noxus/contracts";
import type { Instance, PluginAnswer, PluginCall } from "../instances/instance.ts";
import { wholeBody, wholeBytes } from "../instances/whole-body.ts";
import { type CallLife, startCallLife } from "./call-life.ts";
import { busy, refusalOf, waitedInVain } from "./refusal.ts";
import type { CallLimits, Forwarder, ForwardOptions, Route } from "./route.ts";
import { type Slot, Slots } from "./slots.ts";

/**
 * The way of every call:
 *
 *     route ── unknown 404, disabled 409, missing_config 409, failed 503, held 503 ──▶ refused at once
 *       │
 *     slot ─── queue full: 503 plugin_busy, Retry-After ─ deadline while queued: 504, started "no"
 *       │
 *     instance none ready: waits ─ deadline meanwhile: 503 plugin_not_running with the reason
 *       │
 *     call ─── process ended before it began: the next ready instance, where the body can be sent again
 *       │      process ended: 502 plugin_exited ─ deadline: 504 ─ caller gone: 499, slot freed
 *       ▼
 *     answer ─ the plugin's own, of any status, as it streams; the slot is free when its body is closed
 */
export function createForwarder(): Forwarder {
  return new RoutingForwarder();
}

/** A plugin's place in the table. */
interface Entry {
  route: Route;
  limits: CallLimits;
  slots: Slots;
  /** Wakes those that wait for the route to change. */
  changed: PromiseWithResolvers<void>;
}

type Call = Omit<PluginCall, "signal">;

class RoutingForwarder implements Forwarder {
  readonly #entries = new Map<string, Entry>();

  setRoute(pluginId: string, route: Route, limits?: CallLimits): void {
    const entry = this.#entries.get(pluginId) ?? newEntry(route, limits ?? pluginSettingsSchema.parse({}));
    entry.route = route;
    if (limits) {
      entry.limits = limits;
      entry.slots.setLimits(limits);
    }
    if (route.state === "unknown") this.#entries.delete(pluginId);
    else this.#entries.set(pluginId, entry);
    wake(entry);
  }

  route(pluginId: string): Route {
    return this.#entries.get(pluginId)?.route ?? { state: "unknown" };
  }

  load(pluginId: string): { inFlight: number; queued: number; calls: number } {
    const slots = this.#entries.get(pluginId)?.slots;
    return { inFlight: slots?.running ?? 0, queued: slots?.queued ?? 0, calls: slots?.given ?? 0 };
  }

  get inFlight(): number {
    let sum = 0;
    for (const { slots } of this.#entries.values()) sum += slots.running + slots.queued;
    return sum;
  }

  async call(
    pluginId: string,
    call: Call,
    { deadlineMs, clientSignal }: ForwardOptions,
  ): Promise<PluginAnswer> {
    const entry = this.#entries.get(pluginId);
    const refusal = refusalOf(pluginId, entry?.route ?? { state: "unknown" }, call.kind);
    if (!entry || refusal) throw refusal;
    const budgetMs = deadlineMs ?? entry.limits.callTimeoutMs;
    const life = startCallLife(budgetMs, clientSignal);
    let slot: Slot | undefined;
    try {
      slot = entry.slots.tryTake() ?? (await queueUp(entry.slots, life.signal));
      const answer = await this.#deliver({ pluginId, entry, call, life, budgetMs });
      whenRead(answer, () => finish(slot, life));
      return answer;
    } catch (error) {
      finish(slot, life);
      throw error;
    }
  }

  /** To an instance; to another one, where the first died before it had anything of the call. */
  async #deliver(delivery: Delivery): Promise<PluginAnswer> {
    const { life } = delivery;
    const call = await keepSmallBody(delivery.call, life.signal);
    for (;;) {
      const former = formerOf(delivery);
      // Chosen and called without a pause between: a call that waits here would not be counted yet.
      const instance =
        ready(former && (await former)) ?? leastBusyOf(delivery) ?? (await nextInstance(delivery));
      life.setStarted("perhaps");
      try {
        const answer = await instance.call({ ...call, signal: life.signal, deadlineAt: life.deadlineAt });
        answer.release = instance.release;
        return answer;
      } catch (error) {
        if (!canRepeat(error, call)) throw error;
        life.setStarted("no");
      }
    }
  }
}

interface Delivery {
  pluginId: string;
  entry: Entry;
  call: Call;
  life: CallLife;
  budgetMs: number;
}

function newEntry(route: Route, limits: CallLimits): Entry {
  return { route, limits, slots: new Slots(limits), changed: Promise.withResolvers() };
}

function wake(entry: Entry): void {
  const { changed } = entry;
  entry.changed = Promise.withResolvers();
  changed.resolve();
}

function queueUp(slots: Slots, signal: AbortSignal): Promise<Slot> {
  if (!slots.hasRoom) throw busy(slots.queued, slots.limits);
  return slots.take(signal);
}

function finish(slot: Slot | undefined, life: CallLife): void {
  life.end();
  slot?.free();
}

/** The ready instance with the fewest calls. @throws NoxusError where the route takes no call of this kind */
function leastBusyOf({ pluginId, entry, call }: Delivery): Instance | undefined {
  const refusal = refusalOf(pluginId, entry.route, call.kind);
  if (refusal) throw refusal;
  const instances = instancesOf(entry.route);
  return leastBusy(ofReleases(instances, call.releases)) ?? leastBusy(instances);
}

/** An instance of a release that the call's run has called before, where none of those serves. */
function formerOf({ entry: { route }, call, life }: Delivery): Promise<Instance | undefined> | undefined {
  const { releases } = call;
  if (!releases || route.state !== "serving" || ofReleases(route.instances, releases).length > 0)
    return undefined;
  const former = route.former?.(releases);
  return former && Promise.race([former, rejectedWith(life.signal)]);
}

function ready(instance: Instance | undefined): Instance | undefined {
  return instance?.state === "ready" ? instance : undefined;
}

function ofReleases(instances: readonly Instance[], releases: readonly string[] = []): readonly Instance[] {
  if (releases.length === 0) return [];
  return instances.filter(({ release }) => release !== undefined && releases.includes(release));
}

function rejectedWith(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  promise.catch(() => {});
  return promise;
}

/** Waits for a ready instance, or for the route to say that none will come. */
async function nextInstance(delivery: Delivery): Promise<Instance> {
  const { entry, life, budgetMs } = delivery;
  for (;;) {
    if (entry.route.state === "waiting") entry.route.onCall?.();
    await routeChange(entry, life.signal).catch((reason: NoxusError) => {
      throw reason.code === "call_deadline_exceeded" ? waitedInVain(entry.route, budgetMs) : reason;
    });
    const instance = leastBusyOf(delivery);
    if (instance) return instance;
  }
}

function instancesOf(route: Route): readonly Instance[] {
  return route.state === "serving" || route.state === "missing_config" ? route.instances : [];
}

function leastBusy(instances: readonly Instance[]): Instance | undefined {
  let best: Instance | undefined;
  for (const instance of instances)
    if (instance.state === "ready" && (!best || instance.inFlight < best.inFlight)) best = instance;
  return best;
}

function routeChange(entry: Entry, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  void entry.changed.promise.then(resolve);
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}

/** A body that is read whole anyway is read before an instance is chosen: what has not begun can be sent to another one. */
async function keepSmallBody(call: Call, signal: AbortSignal): Promise<Call> {
  const { body, contentLength = Number.POSITIVE_INFINITY } = call;
  if (body === undefined || Buffer.isBuffer(body) || contentLength > wholeBytes) return call;
  try {
    return { ...call, body: await wholeBody(body, wholeBytes) };
  } catch (error) {
    // The caller went away, or its time was up.
    signal.throwIfAborted();
    throw error;
  }
}

function canRepeat(error: unknown, call: Call): boolean {
  if (!isNoxusError(error) || error.data?.started !== "no") return false;
  if (error.code !== "plugin_exited" && error.code !== "plugin_not_running") return false;
  return call.body === undefined || Buffer.isBuffer(call.body) || !call.body.readableDidRead;
}

function whenRead(answer: PluginAnswer, then: () => void): void {
  if (Buffer.isBuffer(answer.body)) then();
  else if (answer.body.destroyed) then();
  else answer.body.once("close", then);
}
