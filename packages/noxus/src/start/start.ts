import { join, resolve } from "node:path";
import { NoxusError, parseEnvironment } from "@noxus/contracts";
import { createLogger, type Logger, lockFolder, type StopStep, stopInOrder } from "@noxus/service/base";
import type { CommandContext } from "../command-line/define.ts";
import { type Connection, connectionFileName } from "../connection/find-connection.ts";
import { createPlatformClient } from "../connection/platform-client.ts";
import { createSignInLink } from "../console/sign-in-link.ts";
import { formatDuration } from "../terminal/duration.ts";
import { Child } from "./child.ts";
import { startDatabase } from "./database.ts";
import { startEnvironmentSchema } from "./environment.ts";
import { type ExamplesResult, installExamples } from "./examples.ts";
import { programEnvironments } from "./program-environments.ts";
import { ProgramRecord } from "./program-record.ts";
import { RotatingLog } from "./rotating-log.ts";
import type { ProgramName } from "./run-program.ts";
import { readSecrets, type Secrets, writePrivate } from "./secrets.ts";
import { printSummary } from "./summary.ts";

export interface StartOptions {
  port?: string;
  host?: string;
  /** `--no-examples` makes it false. */
  examples?: boolean;
}

/**
 * Starts PostgreSQL, platform, worker and plugin server, and keeps them running until the signal ends. What was started is
 * stopped in the reverse order: first what takes work, last what keeps it.
 *
 * @throws NoxusError `data_folder_in_use`, `port_in_use`, or what else kept a program from its first start.
 */
export async function start(context: CommandContext, options: StartOptions): Promise<void> {
  const startedAt = Date.now();
  const stops: StopStep[] = [];
  const dataFolder = chooseDataFolder(context);
  const log = new RotatingLog(join(dataFolder, "logs", "noxus.log"));
  const destination = { write: (line: string) => log.write(Buffer.from(line)) };
  const logger = createLogger({ program: "noxus", level: "info", destination });
  const secrets = chooseSecrets(context, dataFolder);
  const lock = await lockFolder({
    folder: dataFolder,
    file: "noxus.lock",
    advice: "Use that one, stop it, or choose another folder with --data.",
  });
  const record = new ProgramRecord(dataFolder);
  try {
    const leftovers = await record.endLeftovers();
    if (leftovers.length > 0)
      tellNews(context)(`ended what a killed start had left: ${leftovers.join(", ")}`);
    const url = await startPrograms(context, { options, dataFolder, secrets, stops, record, logger });
    writePrivate(join(dataFolder, connectionFileName), JSON.stringify({ url, apiKey: secrets.adminKey }));
    const examples =
      options.examples === false
        ? undefined
        : await tryExamples(context, { dataFolder, url, secrets, since: startedAt });
    const signInUrl = await trySignInLink({ url, apiKey: secrets.adminKey, dataFolder });
    printSummary(context, { url, signInUrl, dataFolder, examples, tookMs: Date.now() - startedAt });
    await untilAborted(context.signal);
    context.terminal.note("Stopping …");
  } finally {
    await stopInOrder(stops.reverse(), logger);
    await lock.release();
  }
}

function chooseDataFolder({ dataFolder, env, cwd }: CommandContext): string {
  return resolve(cwd, dataFolder ?? parseEnvironment(startEnvironmentSchema, env).NOXUS_DATA_FOLDER);
}

/** The folder's own, where the operator has not set others. */
function chooseSecrets({ env }: CommandContext, dataFolder: string): Secrets {
  const own = readSecrets(dataFolder);
  return {
    adminKey: env.NOXUS_ADMIN_KEY || own.adminKey,
    encryptionKey: env.NOXUS_ENCRYPTION_KEY || own.encryptionKey,
    platformKey: env.PLUGIN_SERVER_PLATFORM_KEY || own.platformKey,
  };
}

interface Parts {
  options: StartOptions;
  dataFolder: string;
  secrets: Secrets;
  /** Grows with everything that was started, so a failure in between stops what there is. */
  stops: StopStep[];
  record: ProgramRecord;
  logger: Logger;
}

/**
 * PostgreSQL first, since platform and worker need it. Then all at once: the worker waits for the schema, the plugin
 * server for the platform, and it starts plugins that it knows from before meanwhile. Only where the platform's port is
 * not known beforehand (0), the others wait for its address.
 */
async function startPrograms(context: CommandContext, parts: Parts): Promise<string> {
  const databaseUrl = await startPostgres(context, parts);
  const environments = programEnvironments({ ...parts, env: context.env, databaseUrl });
  const platform = startChild(context, parts, "platform", environments.platform);
  const ready = timed(context, "platform", () => firstLife(context, platform));
  const startOthers = (url: string) =>
    (["worker", "plugin-server"] as const).map((name) => {
      const child = startChild(context, parts, name, { ...environments[name], NOXUS_PLATFORM_URL: url });
      return timed(context, name, () => firstLife(context, child));
    });
  const expected = expectedUrl(context, parts.options);
  const others = expected ? startOthers(expected) : [];
  const [url] = await Promise.all([ready, ...others]);
  if (!url) throw new Error("The platform did not say its address");
  platform.setLaterEnvironment({ NOXUS_PORT: new URL(url).port });
  if (!expected) await Promise.all(startOthers(url));
  return url;
}

async function startPostgres(context: CommandContext, { dataFolder, stops, logger }: Parts): Promise<string> {
  return timed(context, "PostgreSQL", async () => {
    const { env, signal } = context;
    const database = await startDatabase({ env, dataFolder, logger, onNews: tellNews(context), signal });
    stops.push({ name: "PostgreSQL", stop: database.stop, deadlineMs: 20_000 });
    return database.url;
  });
}

/** Where programs on this machine will reach the platform; undefined where its port is any free one. */
function expectedUrl({ env }: CommandContext, { host, port }: StartOptions): string | undefined {
  const settings = parseEnvironment(startEnvironmentSchema, {
    ...env,
    ...(host !== undefined && { NOXUS_HOST: host }),
    ...(port !== undefined && { NOXUS_PORT: port }),
  });
  if (settings.NOXUS_PORT === 0) return undefined;
  const name = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[settings.NOXUS_HOST] ?? settings.NOXUS_HOST;
  return `http://${name}:${settings.NOXUS_PORT}`;
}

function startChild(
  context: CommandContext,
  { dataFolder, stops, record }: Parts,
  name: ProgramName,
  env: Record<string, string | undefined>,
): Child {
  const log = new RotatingLog(join(dataFolder, "logs", `${name}.log`));
  const onSpawn = (pid: number) => void record.note(name, pid);
  const child = new Child({ name, env, log, onNews: tellNews(context), onSpawn });
  const stop = async () => {
    await child.stop();
    await log.close();
  };
  stops.push({ name, stop, deadlineMs: 20_000 });
  return child;
}

/** A line on the terminal for what happens by itself. */
function tellNews({ terminal }: CommandContext): (news: string) => void {
  return (news) => terminal.note(`  ${terminal.colors.yellow("!")} ${news}`);
}

/** Its address, or why there is none; a signal ends the wait. */
async function firstLife({ signal }: CommandContext, child: Child): Promise<string | undefined> {
  return Promise.race([child.ready, untilAborted(signal).then(() => Promise.reject(signal.reason as Error))]);
}

async function timed<T>({ terminal }: CommandContext, name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now();
  terminal.rewrite(`  … ${name}`);
  const result = await work();
  terminal.note(
    `  ${terminal.colors.green("✓")} ${name.padEnd(16)} ${formatDuration(Date.now() - startedAt).padStart(8)}`,
  );
  return result;
}

/** Examples are a courtesy: without them everything else works. */
async function tryExamples(
  context: CommandContext,
  { dataFolder, url, secrets, since }: { dataFolder: string; url: string; secrets: Secrets; since: number },
): Promise<ExamplesResult | undefined> {
  const client = createPlatformClient({ url, apiKey: secrets.adminKey, dataFolder });
  try {
    return await installExamples({ ...context, connect: () => client }, { dataFolder, since });
  } catch (error) {
    if (context.signal.aborted) return undefined;
    const message = error instanceof NoxusError ? error.message : String(error);
    context.terminal.note(
      `${context.terminal.colors.yellow("warning:")} the examples are not all there: ${message}`,
    );
    return undefined;
  }
}

/** Undefined where it could not be made: the console asks for a key then. */
async function trySignInLink(connection: Connection): Promise<string | undefined> {
  return createSignInLink(createPlatformClient(connection)).then(
    ({ url }) => url,
    () => undefined,
  );
}

/** Resolves when the signal ends. */
function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
