import { constants, createWriteStream } from "node:fs";
import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { NoxusError } from "@noxus/contracts";
import { compare } from "@renovatebot/pep440";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { runCommand } from "./command.ts";
import { type IndexFile, PythonIndex } from "./python-index.ts";

/** The release of uv that is taken from the index: the one that this engine was tried with. */
export const pinnedUvVersion = "0.13.9";

/** Older ones lack options that are used here (`export --prune`). */
const oldestUvVersion = "0.7.0";
/** It answers within milliseconds; a busy machine may need seconds. */
const versionTimeoutMs = 15_000;

export interface UvSearch {
  /** The environment for uv: PATH, index, certificates, proxies. */
  settings: Record<string, string>;
  /** Shared by data folders; holds `uv-<version>/uv`. */
  cacheFolder: string;
  onProgress?: ((message: string) => void) | undefined;
  signal: AbortSignal;
}

/**
 * Finds uv: on PATH, else in the cache folder, else its wheel from the configured Python index.
 * @throws NoxusError uv_missing, naming what was looked for
 */
export async function findUv(search: UvSearch): Promise<string> {
  const onPath = await findOnPath(search);
  if (onPath) return onPath;
  const cached = join(search.cacheFolder, `uv-${pinnedUvVersion}`, "uv");
  if (await isExecutable(cached)) return cached;
  return takeFromIndex(search, cached);
}

/** The first uv on PATH that is new enough. */
async function findOnPath({ settings, signal }: UvSearch): Promise<string | undefined> {
  for (const folder of (settings.PATH ?? "").split(delimiter).filter(Boolean)) {
    const file = join(folder, "uv");
    if ((await isExecutable(file)) && (await isNewEnough(file, settings, signal))) return file;
  }
  return undefined;
}

async function isNewEnough(file: string, env: Record<string, string>, signal: AbortSignal): Promise<boolean> {
  try {
    const { stdout } = await runCommand(file, ["--version"], { env, timeoutMs: versionTimeoutMs, signal });
    const version = /^uv (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    return version !== undefined && compare(version, oldestUvVersion) >= 0;
  } catch (error) {
    // A shim of a version manager that starts nothing is no uv.
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function takeFromIndex(search: UvSearch, target: string): Promise<string> {
  const index = await PythonIndex.fromSettings(search.settings);
  try {
    search.onProgress?.(`taking uv ${pinnedUvVersion} from the Python index`);
    const wheel = await findWheel(index, search.signal);
    await unpack(await index.download(wheel, search.signal), target);
    return target;
  } catch (error) {
    search.signal.throwIfAborted();
    throw new NoxusError(
      "uv_missing",
      `uv (${oldestUvVersion} or newer) is not on PATH (${search.settings.PATH ?? "empty"}), and its wheel ${pinnedUvVersion} could not be had from the Python index ${index.address}: ${reasonOf(error)}. Install uv, or point PIP_INDEX_URL or UV_DEFAULT_INDEX to an index that has it.`,
      { cause: error },
    );
  } finally {
    await index.close();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.message}${cause}`;
}

async function findWheel(index: PythonIndex, signal: AbortSignal): Promise<IndexFile> {
  const files = await index.files("uv", signal);
  const platform = wheelPlatform(process.platform, process.arch);
  const wheel = files.find(
    ({ filename }) => filename.startsWith(`uv-${pinnedUvVersion}-py3-none-`) && platform.test(filename),
  );
  if (!wheel)
    throw new Error(`it has no wheel of uv ${pinnedUvVersion} for ${process.platform} ${process.arch}`);
  return wheel;
}

/** The part of a wheel's file name that names this kind of machine. */
export function wheelPlatform(platform: string, arch: string): RegExp {
  const machine = { x64: "x86_64", arm64: platform === "darwin" ? "arm64" : "aarch64" }[arch] ?? arch;
  if (platform === "darwin") return new RegExp(`macosx_\\d+_\\d+_${machine}\\.whl$`);
  return new RegExp(`${isMusl() ? "musllinux" : "manylinux"}_\\d+_\\d+_${machine}(\\.|$)`);
}

/** Whether this Linux has musl instead of glibc, whose version Node's report names. */
function isMusl(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return process.platform === "linux" && header?.glibcVersionRuntime === undefined;
}

/** Unpacks the one file and renames its folder into place, so that a half-written uv is never found. */
async function unpack(wheel: Buffer, target: string): Promise<void> {
  const folder = join(target, "..");
  await mkdir(join(folder, ".."), { recursive: true });
  const temporary = await mkdtemp(`${folder}.`);
  try {
    const file = join(temporary, "uv");
    await extract(wheel, /^uv-[^/]+\.data\/scripts\/uv$/, file);
    await chmod(file, 0o755);
    await writeFile(join(temporary, "version"), pinnedUvVersion);
    await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
      // Another server was faster; its copy is as good.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

const openZip = promisify<Buffer, { lazyEntries: boolean }, ZipFile>(yauzl.fromBuffer);

async function extract(archive: Buffer, name: RegExp, target: string): Promise<void> {
  const zip = await openZip(archive, { lazyEntries: true });
  const entry = await findEntry(zip, name);
  const stream = await promisify(zip.openReadStream.bind(zip) as OpenReadStream)(entry);
  await pipeline(stream, createWriteStream(target));
  zip.close();
}

type OpenReadStream = (
  entry: Entry,
  callback: (error: Error | null, stream: NodeJS.ReadableStream) => void,
) => void;

function findEntry(zip: ZipFile, name: RegExp): Promise<Entry> {
  return new Promise((resolve, reject) => {
    zip.on("entry", (entry: Entry) => (name.test(entry.fileName) ? resolve(entry) : zip.readEntry()));
    zip.once("end", () => reject(new Error("the wheel holds no uv")));
    zip.once("error", reject);
    zip.readEntry();
  });
}
