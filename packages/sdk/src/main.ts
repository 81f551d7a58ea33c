import { parseArgs } from "node:util";
import { stderrLog } from "./call/log.ts";
import { loadPlugin } from "./plugin/load-plugin.ts";

/**
 * The command `noxus-plugin`: how a host, or an author, starts a plugin's process.
 *
 *     noxus-plugin serve --path DIR --host 127.0.0.1 --port 0
 *     noxus-plugin worker --path DIR
 *     noxus-plugin manifest --path DIR
 */
const usage = `Usage: noxus-plugin serve|worker|manifest [--path DIR] [--host HOST] [--port PORT]

  serve     answer over HTTP; prints PLUGIN_PORT:<port> when it listens (default localhost, port 8505)
  worker    answer JSON-RPC on stdin and stdout, one message a line; logs go to stderr
  manifest  print the manifest
`;

/** Ms that running calls get after a signal to stop. A host that wants it sooner follows with SIGKILL. */
const drainMs = 25_000;

const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
// One call's forgotten promise must not end the others'.
process.on("unhandledRejection", (reason) =>
  stderrLog.error(`A promise was rejected and nobody looked: ${textOf(reason)}`),
);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  stderrLog.error(textOf(error));
  // Where a file cannot be parsed, Node tells the place only of an error that nobody has caught.
  if (error instanceof SyntaxError && !tellsPlace(error)) await tellUncaught(error);
  process.exitCode = 1;
}
// What a plugin left open (timers, connections) must not keep the process.
process.exit();

async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      path: { type: "string", default: "." },
      host: { type: "string", default: "localhost" },
      port: { type: "string", default: "8505" },
    },
  });
  const [command] = positionals;
  if (command === "serve") return serve(values.path, values.host, Number(values.port));
  if (command === "worker") return work(values.path);
  if (command === "manifest") return printManifest(values.path);
  process.stderr.write(usage);
  return 2;
}

async function serve(path: string, host: string, port: number): Promise<number> {
  const [loaded, { servePlugin }, { BridgeHost }] = await Promise.all([
    loadPlugin(path),
    import("./http/serve-plugin.ts"),
    import("./http/bridge-host.ts"),
  ]);
  const files = new BridgeHost(process.env.PLUGIN_SERVER_URL ?? "http://localhost:8500");
  const onListening = (actual: number) => process.stdout.write(`PLUGIN_PORT:${actual}\n`);
  await servePlugin(loaded, { host, port, files, onListening, drainMs, signal: stopping.signal });
  return 0;
}

async function work(path: string): Promise<number> {
  const { guardStdout } = await import("./stdio/guard-stdout.ts");
  // Before the plugin's code runs: it may print while it is imported.
  const output = guardStdout(process.stdout, process.stderr);
  const [loaded, { runWorker }] = await Promise.all([loadPlugin(path), import("./stdio/run-worker.ts")]);
  const { PLUGIN_SERVER_URL: filesUrl } = process.env;
  await runWorker(loaded, { input: process.stdin, output, filesUrl, drainMs, signal: stopping.signal });
  return 0;
}

async function printManifest(path: string): Promise<number> {
  const { guardStdout } = await import("./stdio/guard-stdout.ts");
  const output = guardStdout(process.stdout, process.stderr);
  const [{ plugin, dependencies }, { manifestOf }] = await Promise.all([
    loadPlugin(path),
    import("./plugin/manifest.ts"),
  ]);
  output.write(`${JSON.stringify(manifestOf(plugin, dependencies), null, 2)}\n`);
  return 0;
}

/** As errors in TypeScript do: the file's path and line before everything else. */
function tellsPlace({ stack }: Error): boolean {
  return /^(file:\/\/)?\/.*:\d+\n/.test(stack ?? "");
}

/** Ends the process, with Node's own words on stderr. */
function tellUncaught(error: Error): Promise<never> {
  setImmediate(() => {
    throw error;
  });
  return new Promise(() => {});
}

/** The first signal ends calmly, the second at once. */
function stop(): void {
  if (stopping.signal.aborted) process.exit(1);
  stopping.abort();
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
