import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { identify, isAlive } from "@noxus/service/base";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { silent } from "../../../../fixtures/postgres.ts";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type EmbeddedStep,
  startEmbeddedPostgres,
} from "./start-embedded-postgres.ts";

const folders: string[] = [];
const servers: EmbeddedPostgres[] = [];

/** What every test but those of the first start begins with: `initdb` would cost a second each. */
let stoppedCluster: string;

beforeAll(async () => {
  stoppedCluster = await mkdtemp(join(tmpdir(), "noxus-embedded-"));
  const { server } = await start(stoppedCluster);
  await server.stop();
});
afterAll(() => rm(stoppedCluster, { recursive: true, force: true }));

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

async function newFolder(parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, "noxus-embedded-"));
  folders.push(folder);
  return folder;
}

async function newFolderWithCluster(): Promise<string> {
  const folder = await newFolder();
  await promisify(execFile)("cp", ["-a", join(stoppedCluster, "postgres"), folder]);
  return folder;
}

async function start(
  dataFolder: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<{ server: EmbeddedPostgres; steps: EmbeddedStep[] }> {
  const steps: EmbeddedStep[] = [];
  const server = await startEmbeddedPostgres({
    dataFolder,
    logger: silent,
    onStep: (step) => steps.push(step),
    signal: AbortSignal.timeout(50_000),
    ...options,
  });
  servers.push(server);
  return { server, steps };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A program that starts the server and prints its pid. */
function program(dataFolder: string): string[] {
  const module = fileURLToPath(new URL("./start-embedded-postgres.ts", import.meta.url));
  const code = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(module)});
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const { pid } = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)}, logger, signal: AbortSignal.timeout(50000) });
    console.log(pid);`;
  return ["--conditions=noxus-source", "--input-type=module", "-e", code];
}

/** Starts the server below another program, and waits for its end. */
async function startIn(
  command: string,
  args: string[],
  dataFolder: string,
): Promise<{ code: number; stderr: string }> {
  const child = spawn(command, [...args, process.execPath, ...program(dataFolder)]);
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return { code, stderr };
}

/** Starts the server from another process, which then waits to be killed. */
async function startFromAnotherProcess(
  dataFolder: string,
): Promise<{ pid: number; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, program(dataFolder));
  const exit = once(child, "exit");
  const stderr = text(child.stderr);
  const pid = await Promise.race([
    once(child.stdout, "data").then(Number),
    exit.then(async () => Promise.reject(new Error(await stderr))),
  ]);
  const kill = async () => {
    child.kill("SIGKILL");
    await exit;
  };
  onTestFinished(kill);
  return { pid, kill };
}

test("the first start makes a database, a later one finds what was written", async () => {
  const folder = await newFolder();
  const first = await start(folder);
  expect(first.steps).toEqual(["creating", "starting"]);
  await query(first.server.url, "create table kept as select 7 as n");
  await first.server.stop();
  const second = await start(folder);
  expect(second.steps).toEqual(["starting"]);
  expect(await query(second.server.url, "select n from kept")).toEqual([{ n: 7 }]);
});

test("it listens on no network, writes through to the disk, and the role of the programs is no superuser", async () => {
  const { server } = await start(await newFolderWithCluster());
  const [settings] = await query(
    server.url,
    `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
            current_setting('is_superuser') as superuser`,
  );
  expect(settings).toEqual({ addresses: "", fsync: "on", superuser: "off" });
});

test("after kill -9 of PostgreSQL its end is noticed, and the next start has everything that was committed", async () => {
  const folder = await newFolderWithCluster();
  const { server } = await start(folder);
  await query(server.url, "create table kept as select g as n from generate_series(1, 1000) g");
  // A connection in the middle of a transaction: its process outlives the killed one for a moment.
  const open = new pg.Client({ connectionString: server.url });
  open.on("error", () => {});
  await open.connect();
  await open.query("begin");
  process.kill(server.pid, "SIGKILL");
  expect(await server.exited).toContain("SIGKILL");
  const again = await start(folder);
  expect(again.server.pid).not.toBe(server.pid);
  expect(await query(again.server.url, "select count(*)::int as count from kept")).toEqual([{ count: 1000 }]);
  await open.end().catch(() => {});
});

test("after kill -9 of its parent the running server is adopted, and can be stopped", async () => {
  const folder = await newFolderWithCluster();
  const parent = await startFromAnotherProcess(folder);
  await parent.kill();
  const { server, steps } = await start(folder);
  expect(steps).toEqual(["adopting"]);
  expect(server.pid).toBe(parent.pid);
  expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await server.stop();
  expect(await identify(server.pid)).toBeUndefined();
});

test("the end of an adopted server is noticed as well", async () => {
  const folder = await newFolderWithCluster();
  const parent = await startFromAnotherProcess(folder);
  await parent.kill();
  const { server } = await start(folder);
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  const again = await start(folder);
  expect(again.steps).toEqual(["starting"]);
});

test("a folder that another running process uses is refused with that process's pid", async () => {
  const folder = await newFolderWithCluster();
  const { server } = await start(folder);
  await expect(start(folder)).rejects.toMatchObject({
    code: "data_folder_in_use",
    message: expect.stringContaining("this process"),
  });
  await server.stop();
  const parent = await startFromAnotherProcess(folder);
  const refusal = await start(folder).catch((error) => error);
  expect(refusal).toMatchObject({ code: "data_folder_in_use" });
  expect(refusal.message).toContain(`process ${refusal.data.pid}`);
  await parent.kill();
  const adopted = await start(folder);
  expect(adopted.server.pid).toBe(parent.pid);
});

test("of several starts at once on one folder exactly one wins", async () => {
  const folder = await newFolder();
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => start(folder)));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.map(({ reason }) => reason.code)).toEqual(Array(3).fill("data_folder_in_use"));
});

test("a pid file that names a stranger neither stops the start nor gets the stranger killed", async () => {
  const folder = await newFolderWithCluster();
  const { server } = await start(folder);
  await server.stop();
  const data = join(folder, "postgres", "data");
  // Of the server's own user, because PostgreSQL leaves the processes of others out of account by itself.
  const { uid, gid } = await stat(data);
  const stranger = spawn("sleep", ["60"], { uid, gid });
  onTestFinished(() => void stranger.kill());
  const lines = [stranger.pid, data, 1, 5432, "", "", "0 0", "ready"];
  await writeFile(join(data, "postmaster.pid"), `${lines.join("\n")}\n`);
  const again = await start(folder);
  await again.server.stop();
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
});

test("an initdb that was killed half-way leaves nothing in the way", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, "postgres", "new-1", "base"), { recursive: true });
  const { steps } = await start(folder);
  expect(steps).toEqual(["creating", "starting"]);
  expect((await readdir(join(folder, "postgres"))).filter((name) => name.startsWith("new-"))).toEqual([]);
});

test("a data folder with a long path works: the socket moves to a short one", async () => {
  const folder = join(await newFolder(), "a-rather-long-name-of-a-folder".repeat(4));
  const { server } = await start(folder);
  expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a start that is called off leaves no process and no claim", async () => {
  const folder = await newFolderWithCluster();
  const stop = new AbortController();
  const reason = new Error("called off");
  const started = start(folder, {
    signal: stop.signal,
    onStep: (step) => step === "starting" && stop.abort(reason),
  });
  await expect(started).rejects.toThrow();
  const { server } = await start(folder);
  expect(await isAlive((await identify(server.pid)) ?? { pid: 0, started: "" })).toBe(true);
});

test("a server that does not start says why, in its own words", async () => {
  const folder = await newFolderWithCluster();
  await expect(start(folder, { settings: { shared_buffers: "nonsense" } })).rejects.toMatchObject({
    code: "database_start_failed",
    message: expect.stringContaining("shared_buffers"),
  });
  await start(folder);
});

test("concurrent stops share one end", async () => {
  const { server } = await start(await newFolderWithCluster());
  await Promise.all([server.stop(), server.stop(), server.exited]);
  expect(await identify(server.pid)).toBeUndefined();
});

test("a data folder that cannot be used is an error that says what to do", async () => {
  const file = join(await newFolder(), "file");
  await writeFile(file, "");
  await expect(start(file)).rejects.toMatchObject({
    code: "database_start_failed",
    message: expect.stringContaining("choose another data folder"),
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)("under root (skipped where the tests run as another user)", () => {
  test("the server runs as another user, and its files belong to that one", async () => {
    const folder = await newFolder();
    const { server } = await start(folder);
    const status = await readFile(`/proc/${server.pid}/status`, "utf8");
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    expect(uid).toBeGreaterThan(0);
    expect((await stat(join(folder, "postgres", "data"))).uid).toBe(uid);
  });

  test("a data folder below a folder that only root may enter works", async () => {
    const parent = await newFolder(homedir());
    await chmod(parent, 0o700);
    const folder = join(parent, "data");
    const { server } = await start(folder);
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a folder that belongs to somebody is served as that one", async () => {
    const folder = await newFolder();
    await chown(folder, 12_345, 12_345);
    const { server } = await start(folder);
    expect((await stat(join(folder, "postgres", "data"))).uid).toBe(12_345);
    expect(await query(server.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("without the right to pass, a closed folder is an error that names it and says what to do", async () => {
    const parent = await newFolder(homedir());
    await chmod(parent, 0o700);
    const { code, stderr } = await startIn(
      "setpriv",
      ["--bounding-set=-dac_read_search"],
      join(parent, "data"),
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain("database_start_failed");
    expect(stderr).toMatch(/cannot enter \/\S+\. Run "chmod o\+x/);
  });
});
