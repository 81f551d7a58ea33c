import { setTimeout as wait } from "node:timers/promises";
import { type Manifest, NoxusError } from "@noxus/contracts";
import type { LogLine } from "../logs/plugin-log.ts";
import { exitError, exitedAtStartError } from "./exit-error.ts";
import { HttpTransport } from "./http-transport.ts";
import type {
  Exit,
  Instance,
  InstanceState,
  PluginAnswer,
  PluginCall,
  StartInstance,
  StopInstance,
} from "./instance.ts";
import { markerVariable } from "./marker.ts";
import { createLineSplitter, createOutputBudget, drainOutput, type OutputBudget } from "./output.ts";
import { type PluginProcess, spawnPlugin } from "./plugin-process.ts";
import { createPortFinder } from "./port-line.ts";
import { assertOwnPort } from "./port-ownership.ts";
import { StdioTransport } from "./stdio-transport.ts";
import type { Transport } from "./transport.ts";

/** 2^27 bytes: the published SDK's own limit of one line. */
const defaultMaxFrameBytes = 128 * 1024 * 1024;
/** After SIGTERM: idle plugins end within 0.2 s; one that still works after its drain time is not waited for longer. */
const terminateMs = 2000;
/** From a closed stdout to the end of its process, where that is on its way: Python runs its exit handlers in between. */
const deafMs = 1000;
/** Between two looks whether a plugin that has its port answers. */
const healthPollMs = 10;

/** Spawns a plugin's process and makes an instance of it. Gives it at once; `ready` tells how the start went. */
export function startInstance(options: StartInstance): Instance {
  return new RunningInstance(options);
}

class RunningInstance implements Instance {
  readonly id: string;
  readonly transport: "http" | "stdio";
  readonly startedAt = new Date();
  readonly ready: Promise<void>;
  readonly exited: Promise<Exit>;
  readonly #options: StartInstance;
  readonly #process: PluginProcess;
  readonly #budget: OutputBudget = createOutputBudget();
  readonly #calls = new Set<PluginCall>();
  readonly #printedPort = Promise.withResolvers<number>();
  #transport: Transport | undefined;
  /** What it printed; `#port` once that is proven to be its own. */
  #claimedPort: number | undefined;
  #port: number | undefined;
  #state: InstanceState = "starting";
  #stopping: Promise<Exit> | undefined;
  #endedBecause: string | undefined;
  /** No call that somebody waits for is left, or the time for them is up. */
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: StartInstance) {
    this.#options = options;
    this.id = options.id;
    this.transport = options.launch.transport;
    let stderr: { tail(): string } | undefined;
    this.#process = spawnPlugin({
      launch: options.launch,
      stderrTail: () => stderr?.tail() ?? "",
      isExpected: () => this.#stopping !== undefined || options.signal.aborted,
    });
    stderr = this.#drain("stderr");
    if (this.transport === "stdio") this.#transport = this.#openStdio();
    else this.#drainStdoutForPort();
    void this.#process.gone.then(() => {
      this.#state = "stopped";
    });
    this.exited = this.#process.exited.then((exit) => this.#onExit(exit));
    this.ready = this.#becomeReady();
    // Whoever waits for it is told; nobody has to.
    this.ready.catch(() => {});
    options.signal.addEventListener("abort", this.#onAbort, { once: true });
    if (options.signal.aborted) this.#onAbort();
  }

  get pid(): number {
    return this.#process.pid;
  }

  get release(): string | undefined {
    return this.#options.release;
  }

  get isolation(): string {
    return this.#options.launch.isolation?.level ?? "process";
  }

  get isolationMissing(): string | undefined {
    return this.#options.launch.isolation?.missing;
  }

  get port(): number | undefined {
    return this.#port;
  }

  get state(): InstanceState {
    return this.#state;
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  manifest(signal: AbortSignal): Promise<Manifest> {
    return this.#running().manifest(signal);
  }

  async alive(signal: AbortSignal): Promise<boolean> {
    if (this.#state === "stopped") return false;
    // A synchronous node blocks the plugin's loop, health included: slow is not dead.
    if (this.#calls.size > 0) return true;
    return (await this.#transport?.probe(signal)) ?? false;
  }

  async call(call: PluginCall): Promise<PluginAnswer> {
    if (this.#state !== "ready") throw await this.#notReady();
    const transport = this.#running();
    const grant = this.#options.bridge.admit(call.grants);
    const shown: (() => void)[] = [];
    this.#calls.add(call);
    // The right to files ends with the caller, though a stdio plugin may work on for nobody; so does a drain's wait.
    const onCallerGone = () => {
      grant.release();
      this.#tellDrained();
    };
    call.signal.addEventListener("abort", onCallerGone, { once: true });
    return transport.call({
      ...call,
      token: grant.token,
      onSecrets: (values) => shown.push(this.#options.log.hide(values)),
      onFinished: () => {
        if (!this.#calls.delete(call)) return;
        call.signal.removeEventListener("abort", onCallerGone);
        grant.release();
        for (const show of shown) setTimeout(show, 1000).unref();
        this.#tellDrained();
      },
    });
  }

  stop({ drainMs, because }: StopInstance): Promise<Exit> {
    if (!this.#stopping) this.#endedBecause = because;
    // Whoever asks last may have less time than the one before: the shortest wait counts.
    const late = setTimeout(this.#drained.resolve, drainMs);
    void this.exited.then(() => clearTimeout(late));
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<Exit> {
    if (this.#state === "ready") {
      this.#state = "draining";
      this.#tellDrained();
      await Promise.race([this.#drained.promise, this.exited]);
    }
    this.#process.terminate();
    this.#process.stdin.end();
    await Promise.race([this.exited, wait(terminateMs, undefined, { ref: false })]);
    await this.#process.kill();
    return this.exited;
  }

  /** A stdio plugin may work on for callers that are gone; nobody waits for that. */
  #tellDrained(): void {
    if (this.#state !== "draining") return;
    for (const { signal } of this.#calls) if (!signal.aborted) return;
    this.#drained.resolve();
  }

  readonly #onAbort = () => {
    void this.#process.kill();
  };

  #onExit(ended: Exit): Exit {
    const exit = { ...ended, ...(this.#endedBecause && { endedBecause: this.#endedBecause }) };
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#transport?.fail(exit);
    this.#options.bridge.close();
    // What it left behind, outside of its process group too.
    void this.#process.kill();
    this.#note(describeExit(exit));
    return exit;
  }

  #running(): Transport {
    if (!this.#transport) throw new Error(`the instance is ${this.#state} and has no way for calls yet`);
    return this.#transport;
  }

  async #notReady(): Promise<NoxusError> {
    if (this.#state === "stopped") return exitError(await this.exited, "no");
    return new NoxusError("plugin_not_running", `This process of the plugin is ${this.#state}.`, {
      data: { started: "no" },
      retryAfterS: 1,
    });
  }

  /** Three outcomes, three errors: it answers, it ends, or its time is up. */
  async #becomeReady(): Promise<void> {
    const given = new AbortController();
    const { startTimeoutMs } = this.#options.settings;
    const deadline = setTimeout(() => given.abort(this.#tooLate(startTimeoutMs)), startTimeoutMs);
    const signal = AbortSignal.any([given.signal, this.#options.signal]);
    const ended = this.exited.then((exit) => Promise.reject(exitedAtStartError(exit)));
    ended.catch(() => {});
    try {
      await Promise.race([this.#answers(signal), ended, aborted(signal)]);
      if (this.#state === "starting") this.#state = "ready";
    } catch (error) {
      void this.stop({ drainMs: 0 });
      throw this.#options.signal.aborted ? this.#options.signal.reason : error;
    } finally {
      clearTimeout(deadline);
      // Ends the polls that lost the race.
      given.abort();
    }
  }

  async #answers(signal: AbortSignal): Promise<void> {
    if (this.transport === "stdio") {
      await this.manifest(signal);
      return;
    }
    const port = await this.#printedPort.promise;
    this.#claimedPort = port;
    const marker = this.#options.launch.env[markerVariable];
    await assertOwnPort({ port, pid: this.pid, marker, signal });
    this.#port = port;
    const { keepAlive } = this.#options.launch;
    const transport = new HttpTransport({
      origin: `http://127.0.0.1:${port}`,
      keepAlive,
      exited: this.#process.exited,
    });
    this.#transport = transport;
    while (!(await transport.probe(signal))) await wait(healthPollMs, undefined, { signal });
  }

  #tooLate(startTimeoutMs: number): NoxusError {
    const data = { startTimeoutMs };
    if (this.#claimedPort !== undefined && this.#port === undefined)
      return new NoxusError(
        "plugin_start_timeout",
        `The plugin printed port ${this.#claimedPort}, but nothing listened there within ${startTimeoutMs} ms.`,
        { data },
      );
    if (this.transport === "http" && this.#port === undefined)
      return new NoxusError(
        "plugin_port_missing",
        `The plugin did not print PLUGIN_PORT:<number> within ${startTimeoutMs} ms. Its log shows how far it came.`,
        { data },
      );
    return new NoxusError(
      "plugin_start_timeout",
      `The plugin did not answer within ${startTimeoutMs} ms. Its log shows how far it came; startTimeoutMs gives it longer.`,
      { data },
    );
  }

  #openStdio(): StdioTransport {
    const { bridge, launch, maxFrameBytes = defaultMaxFrameBytes } = this.#options;
    this.#process.stdout.once("end", () => void this.#onDeaf());
    const printed = createLineSplitter({ budget: this.#budget, onLine: (text) => this.#log("stdout", text) });
    return new StdioTransport({
      stdin: this.#process.stdin,
      stdout: this.#process.stdout,
      bridge,
      folder: launch.cwd,
      maxFrameBytes,
      onPrinted: (text) => printed.push(Buffer.from(`${text}\n`)),
      onNote: (text) => this.#note(text),
    });
  }

  /** Nothing that it answers can arrive any more; a process that is ending closes its stdout too, and is given a moment. */
  async #onDeaf(): Promise<void> {
    await Promise.race([this.exited, wait(deafMs, undefined, { ref: false })]);
    if (this.#state === "stopped") return;
    await this.stop({ drainMs: 0, because: "it closed its standard output, over which it answers calls" });
  }

  #drainStdoutForPort(): void {
    const find = createPortFinder();
    let found = false;
    this.#process.stdin.on("error", () => {});
    this.#process.stdin.end();
    this.#drain("stdout", (chunk) => {
      if (found) return;
      const port = find(chunk);
      if (port === undefined) return;
      found = true;
      this.#printedPort.resolve(port);
    });
  }

  #drain(stream: "stdout" | "stderr", onChunk?: (chunk: Buffer) => void): { tail(): string } {
    return drainOutput(this.#process[stream], {
      budget: this.#budget,
      onLine: (text) => this.#log(stream, text),
      ...(onChunk && { onChunk }),
    });
  }

  #note(text: string): void {
    this.#log("server", text);
  }

  #log(stream: LogLine["stream"], text: string): void {
    const [only, second] = this.#calls;
    const { runId, nodeId } = second ? {} : (only ?? {});
    this.#options.log.write({
      at: new Date(),
      stream,
      text,
      instanceId: this.id,
      ...(runId && { runId }),
      ...(nodeId && { nodeId }),
    });
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function describeExit({ exitCode, signal, outOfMemory, livedMs, expected, endedBecause }: Exit): string {
  const how = signal ? `by ${signal}` : `with exit code ${exitCode}`;
  if (endedBecause) return `process was ended ${how} after ${livedMs} ms, because ${endedBecause}`;
  const why = outOfMemory ? " (out of memory)" : expected ? " (as asked)" : "";
  return `process ended ${how}${why} after ${livedMs} ms`;
}
