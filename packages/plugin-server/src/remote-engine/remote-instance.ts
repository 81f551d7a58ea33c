import { setTimeout as wait } from "node:timers/promises";
import { isNoxusError, type Manifest, NoxusError } from "@noxus/contracts";
import { HttpTransport } from "../instances/http-transport.ts";
import type {
  Exit,
  Instance,
  InstanceState,
  PluginAnswer,
  PluginCall,
  StartInstance,
  StopInstance,
} from "../instances/instance.ts";
import { asRemote, type Endpoint, keyRefused, unreachable } from "./endpoint.ts";

export interface ConnectInstance extends Omit<StartInstance, "launch" | "maxFrameBytes"> {
  endpoint: Endpoint;
}

/** Between two looks whether an endpoint answers: it costs somebody else's machine something. */
const healthPollMs = 500;

/** Makes an instance of an endpoint that somebody else runs. Gives it at once; `ready` tells whether it answers. */
export function connectInstance(options: ConnectInstance): Instance {
  return new RemoteInstance(options);
}

/** Like a process that is started and stopped, but what starts and stops is only that it is asked. */
class RemoteInstance implements Instance {
  readonly id: string;
  readonly pid = 0;
  readonly port = undefined;
  readonly transport = "http";
  readonly startedAt = new Date();
  readonly #since = performance.now();
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
  readonly #options: ConnectInstance;
  readonly #transport: HttpTransport;
  readonly #exit = Promise.withResolvers<Exit>();
  readonly #calls = new Set<PluginCall>();
  #state: InstanceState = "starting";

  constructor(options: ConnectInstance) {
    this.#options = options;
    this.id = options.id;
    this.exited = this.#exit.promise;
    this.#transport = new HttpTransport({ ...options.endpoint, keepAlive: true, exited: this.exited });
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
    this.ready = this.#becomeReady();
    // Whoever waits for it is told; nobody has to.
    this.ready.catch(() => {});
  }

  get release(): string | undefined {
    return this.#options.release;
  }

  get state(): InstanceState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  async manifest(signal: AbortSignal): Promise<Manifest> {
    return asRemote(await this.#transport.manifest(signal), this.#options.endpoint);
  }

  async alive(signal: AbortSignal): Promise<boolean> {
    return this.#state !== "stopped" && (this.#calls.size > 0 || (await this.#transport.probe(signal)));
  }

  async call(call: PluginCall): Promise<PluginAnswer> {
    const { endpoint, bridge } = this.#options;
    if (this.#state !== "ready") throw notReady(this.#state);
    const grant = bridge.admit(call.grants);
    this.#calls.add(call);
    const onFinished = () => {
      this.#calls.delete(call);
      grant.release();
    };
    try {
      const answer = await this.#transport.call({
        ...call,
        token: grant.token,
        onSecrets: () => {},
        onFinished,
      });
      if (answer.status !== 401 && answer.status !== 403) return answer;
      if (!Buffer.isBuffer(answer.body)) answer.body.on("error", () => {}).destroy();
      throw keyRefused(endpoint, answer.status, { started: "no" });
    } catch (error) {
      if (!isNoxusError(error, "plugin_protocol_error")) throw error;
      throw unreachable(endpoint, error.cause, { started: error.data?.started });
    }
  }

  /** Waits up to `drainMs` for calls; what is left of them then is given up. */
  async stop({ drainMs, because }: StopInstance): Promise<Exit> {
    if (this.#state === "ready") {
      this.#state = "draining";
      const until = performance.now() + drainMs;
      while (this.#calls.size > 0 && performance.now() < until) await wait(20, undefined, { ref: false });
    }
    this.#end({ expected: because === undefined, ...(because !== undefined && { endedBecause: because }) });
    return this.exited;
  }

  readonly #onAbort = () => this.#end({ expected: true });

  #end(how: Pick<Exit, "expected" | "endedBecause">): void {
    if (this.#state === "stopped") return;
    this.#state = "stopped";
    const livedMs = performance.now() - this.#since;
    const exit = { exitCode: null, signal: null, outOfMemory: false, livedMs, stderrTail: "", ...how };
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#exit.resolve(exit);
    this.#transport.fail(exit);
    this.#options.bridge.close();
  }

  async #becomeReady(): Promise<void> {
    const { endpoint, settings, signal } = this.#options;
    const limit = AbortSignal.timeout(settings.startTimeoutMs);
    const either = AbortSignal.any([signal, limit]);
    try {
      while (!(await this.#transport.probe(either))) await wait(healthPollMs, undefined, { signal: either });
      if (this.#state !== "starting") throw notReady(this.#state);
      this.#state = "ready";
    } catch (error) {
      this.#end({ expected: false });
      signal.throwIfAborted();
      if (!limit.aborted) throw error;
      const late = new Error(`GET /health gave no 200 within ${settings.startTimeoutMs} ms`);
      throw unreachable(endpoint, late);
    }
  }
}

function notReady(state: InstanceState): NoxusError {
  return new NoxusError("plugin_not_running", `This connection to the plugin is ${state}.`, {
    data: { started: "no" },
    retryAfterS: 1,
  });
}
