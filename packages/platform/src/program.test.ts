import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnvironment } from "@noxus/contracts";
import { createLogger } from "@noxus/service";
import { expect, onTestFinished, test, vi } from "vitest";
import { createTestDatabase } from "../../../fixtures/postgres.ts";
import { platformEnvironmentSchema } from "./environment.ts";
import { runPlatform } from "./program.ts";

/** A door to PostgreSQL that can be shut and opened again on the same port. */
async function openDoor(socketPath: string, port = 0): Promise<{ port: number; shut: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((caller) => {
    const inside = connect(socketPath);
    for (const [one, other] of [
      [caller, inside],
      [inside, caller],
    ] as const) {
      sockets.add(one);
      one.on("error", () => {}).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (server.address() as { port: number }).port, shut };
}

/** The path of the server's unix socket, from an address with `?host=/folder`. */
function socketOf(url: string): string {
  const { searchParams, port } = new URL(url);
  return `${searchParams.get("host")}/.s.PGSQL.${port || 5432}`;
}

async function start(values: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), "noxus-test-platform-"));
  const stopped = new AbortController();
  const lines: string[] = [];
  const all = { NOXUS_DATA_FOLDER: folder, NOXUS_PORT: "0", ...values };
  const onReady = vi.fn();
  const running = runPlatform(parseEnvironment(platformEnvironmentSchema, all), stopped.signal, {
    onReady,
    logger: createLogger({
      program: "platform",
      level: "info",
      destination: { write: (line) => lines.push(line) },
    }),
  });
  running.catch(() => {});
  onTestFinished(async () => {
    stopped.abort();
    await running.catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, lines, onReady, running };
}

const statusOf = async (url: string, key = "") =>
  (await fetch(url, { headers: { ...(key && { "x-api-key": key }) } })).status;

test("without PostgreSQL the platform lives and says so; with it, it answers; and again after it was away", async () => {
  const database = await createTestDatabase();
  const first = await openDoor(socketOf(database.url));
  await first.shut();
  const url = new URL(database.url);
  const login = `${url.username}${url.password && `:${url.password}`}`;
  const key = "nx_an_admin_key_for_tests";
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const { onReady, lines } = await start({
    DATABASE_URL: `postgresql://${login}@127.0.0.1:${first.port}${url.pathname}`,
    NOXUS_ADMIN_KEY: key,
    NOXUS_PORT: port,
  });
  const base = `http://127.0.0.1:${port}`;
  const until = (path: string, status: number) =>
    vi.waitFor(async () => expect(await statusOf(base + path, key)).toBe(status), {
      timeout: 30_000,
      interval: 100,
    });

  await until("/health", 200);
  expect([await statusOf(`${base}/ready`), await statusOf(`${base}/v1/nodes`, key)]).toEqual([503, 503]);
  await vi.waitFor(() => expect(lines.join("")).toContain("database_unreachable"), 10_000);
  expect(onReady).not.toHaveBeenCalled();

  const second = await openDoor(socketOf(database.url), first.port);
  await until("/ready", 200);
  await until("/v1/nodes", 200);
  expect(onReady).toHaveBeenCalledWith(base);

  await second.shut();
  await until("/ready", 503);
  await until("/v1/nodes", 503);
  expect(await statusOf(`${base}/health`)).toBe(200);

  const third = await openDoor(socketOf(database.url), first.port);
  await until("/ready", 200);
  await until("/v1/nodes", 200);
  expect(lines.join("")).not.toContain(key);
  onTestFinished(async () => {
    await third.shut();
    await database.drop();
  });
});

test("secrets are made once, kept readable by their owner only, and never logged", async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { folder, onReady, lines } = await start({ DATABASE_URL: database.url });
  await vi.waitFor(() => expect(onReady).toHaveBeenCalled(), 20_000);
  for (const name of ["admin-key", "encryption-key", "plugin-server-platform-key"]) {
    const file = join(folder, name);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(lines.join("")).not.toContain((await readFile(file, "utf8")).trim());
  }
  const key = (await readFile(join(folder, "admin-key"), "utf8")).trim();
  expect(await statusOf(`${onReady.mock.calls[0]?.[0]}/v1/admin/me`, key)).toBe(200);
});

test("a port in use ends the start with its code", async () => {
  const taken = await openDoor("/nowhere");
  onTestFinished(() => taken.shut());
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { running } = await start({ DATABASE_URL: database.url, NOXUS_PORT: String(taken.port) });
  await expect(running).rejects.toMatchObject({ code: "port_in_use" });
});
