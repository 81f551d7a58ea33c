import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { NoxusError } from "@noxus/contracts";
import { digestTree, readTree } from "@noxus/plugin-server";
import { create } from "tar";
import { type AuthorProject, readProject } from "../author/project.ts";
import type { CommandContext } from "../command-line/define.ts";
import { listPackageFiles } from "./package-files.ts";
import { vendorDependencies } from "./vendor.ts";

export interface PackageOptions {
  /** Folder for the package; the current one by default. */
  out?: string;
  /** Bring everything that an installation would download. */
  vendor?: boolean;
}

export interface PluginPackage {
  path: string;
  name: string;
  version: string;
  /** Of the archive, hexadecimal. */
  sha256: string;
  /** sha256 of the file tree: what the plugin server calls the release. */
  release: string;
  bytes: number;
  files: number;
}

/** Packs a plugin as `<name>-<version>.tar.gz`. The same files give the same bytes, whoever packs them and when. */
export async function packagePlugin(
  context: CommandContext,
  word: string | undefined,
  options: PackageOptions,
): Promise<void> {
  const project = await readProject(context.cwd, word);
  const folder = resolve(context.cwd, options.out ?? ".");
  const made = await makePackage(context, project, { folder, vendor: options.vendor === true });
  context.terminal.print(made, () => [
    `${made.path}  ${made.files} files, ${made.bytes} bytes`,
    `sha256   ${made.sha256}`,
    `release  ${made.release}`,
  ]);
}

/** @throws NoxusError `invalid_request` where nothing is left to pack; what `vendorDependencies` throws. */
export async function makePackage(
  context: Pick<CommandContext, "env" | "signal" | "terminal">,
  project: AuthorProject,
  { folder, vendor }: { folder: string; vendor: boolean },
): Promise<PluginPackage> {
  const staging = await mkdtemp(join(tmpdir(), "noxus-package-"));
  try {
    const top = `${project.name}-${project.version}`;
    const root = join(staging, top);
    await stage(project.folder, root);
    if (vendor) await vendorDependencies(context, project, root);
    const { archive, files } = await pack(staging, root, top);
    const path = join(folder, `${top}.tar.gz`);
    await mkdir(folder, { recursive: true });
    await writeFile(path, archive);
    return {
      path,
      name: project.name,
      version: project.version,
      sha256: createHash("sha256").update(archive).digest("hex"),
      release: await digestTree(root, await readTree(root)),
      bytes: archive.length,
      files,
    };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Copies what belongs into a package, so that it cannot change between digest and archive. */
export async function stage(from: string, to: string): Promise<void> {
  const files = await listPackageFiles(from);
  if (files.length === 0)
    throw new NoxusError(
      "invalid_request",
      `Nothing is left to pack in ${from}: .gitignore ignores all of it.`,
    );
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(from, file), join(to, file), { verbatimSymlinks: true });
  }
}

/** Times, owners and the order of the disk would differ from machine to machine; `portable` leaves the rest of them out. */
async function pack(cwd: string, root: string, top: string): Promise<{ archive: Buffer; files: number }> {
  const entries = (await readTree(root)).filter(({ type }) => type !== "folder");
  const paths = entries.map(({ path }) => `${top}/${path}`);
  const mtime = new Date(0);
  const chunks: Buffer[] = [];
  for await (const chunk of create({ cwd, portable: true, mtime, noPax: false }, paths))
    chunks.push(chunk as Buffer);
  return { archive: gzipSync(Buffer.concat(chunks), { level: 9 }), files: paths.length };
}
