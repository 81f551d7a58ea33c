import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, manifestSchema, NoxusError } from "@noxus/contracts";
import { withLocalPlugin } from "../author/local-plugin.ts";
import { type AuthorProject, readProject } from "../author/project.ts";
import type { CommandContext } from "../command-line/define.ts";
import { checkCompatibility } from "../validate/check-compatibility.ts";
import { SourcePlaces } from "../validate/source-places.ts";
import { keepIndex } from "./keep-index.ts";
import { MarketplaceClone } from "./marketplace-clone.ts";
import { stage } from "./package-plugin.ts";
import { keyFile, makeSigningKey, readSigningKey, type SigningKey } from "./signing-key.ts";

export interface PublishOptions {
  /** The marketplace: a Git repository that you may push to. */
  to?: string;
  /** The marketplace's branch; main by default. */
  base?: string;
  /** Push to this new branch instead, for a pull request. */
  branch?: string;
  /** Sign the version: true with the author's own key, else with the one in this file. */
  key?: string | true;
  /** Make that key first. */
  newKey?: boolean;
}

/** What was pushed. */
export interface Published {
  name: string;
  version: string;
  /** From the marketplace's root. */
  folder: string;
  branch: string;
  commit: string;
  /** sha256 of the file tree, as the marketplace's index has it. */
  release: string;
  /** The public key of the signature. */
  key?: string;
}

/**
 * Puts a plugin into a marketplace, one folder a plugin: a commit on its branch, or on a new one for a pull request. What would
 * break workflows without saying so by its version, and a change of a published version, are refused.
 */
export async function publishPlugin(
  context: CommandContext,
  word: string | undefined,
  options: PublishOptions,
): Promise<void> {
  if (!options.to)
    throw new NoxusError(
      "invalid_request",
      "Say where to: --to and the address of the marketplace's Git repository.",
    );
  const project = await readProject(context.cwd, word);
  const key = await signingKey(context, options);
  const manifest = await withLocalPlugin(context, project, {}, async (plugin) => plugin.manifest);
  const temporary = await mkdtemp(join(tmpdir(), "noxus-publish-"));
  try {
    const { to: address, base = "main", branch = base } = options;
    const into = join(temporary, "marketplace");
    const clone = await MarketplaceClone.make(context, { address, branch: base, into });
    const { folder, release } = await publishInto(clone, { project, manifest, key });
    const commit = await clone.push(branch);
    const { name, version } = manifest;
    const signed = key && { key: key.publicKey };
    tell(context, { name, version, folder, branch, commit, release, ...signed }, { base, to: address });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** `--key` alone means the author's own. */
async function signingKey(
  context: CommandContext,
  { key, newKey = false }: PublishOptions,
): Promise<SigningKey | undefined> {
  if (!key && !newKey) return undefined;
  const file = keyFile(context, typeof key === "string" ? key : undefined);
  return newKey ? makeSigningKey(file) : readSigningKey(file);
}

interface Publication {
  project: AuthorProject;
  manifest: Manifest;
  key: SigningKey | undefined;
}

/** One commit with the plugin's files and the index that names their digest, which is known only when they are committed. */
async function publishInto(
  clone: MarketplaceClone,
  { project, manifest, key }: Publication,
): Promise<{ folder: string; release: string }> {
  const { name, version } = manifest;
  const title = `${name} ${version}`;
  const folder = await replaceFolder(clone.folder, project, manifest);
  const hasNewFiles = await clone.commit(title);
  const release = await clone.releaseOf(folder);
  await keepIndex(clone.folder, { folder, content: { name, version, release }, key });
  const hasNewIndex = await clone.commit(title, { amend: hasNewFiles });
  if (hasNewFiles || hasNewIndex) return { folder, release };
  throw new NoxusError(
    "conflict",
    `${title} is published already, exactly as it is here. Raise the version to publish a change.`,
  );
}

/** Where the plugin is already, else beside the others. */
async function replaceFolder(clone: string, project: AuthorProject, manifest: Manifest): Promise<string> {
  const usual = existsSync(join(clone, "plugins")) ? `plugins/${manifest.name}` : manifest.name;
  const folder = [usual, manifest.name].find((path) => existsSync(join(clone, path))) ?? usual;
  const target = join(clone, folder);
  await assertMayReplace(join(target, "manifest.json"), project, manifest);
  await rm(target, { recursive: true, force: true });
  await stage(project.folder, target);
  // The marketplace's list is read from it, without running anything.
  await writeFile(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** Against what the marketplace has now; a plugin that came without a manifest cannot be compared. */
async function assertMayReplace(file: string, project: AuthorProject, manifest: Manifest): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const places = await SourcePlaces.read(project.folder, project.projectFile);
  const findings = checkCompatibility(manifestSchema.parse(JSON.parse(text)), manifest, places);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  throw new NoxusError(
    "conflict",
    `${manifest.name} ${manifest.version} was not published. ${errors.map(({ message, fix }) => `${message} ${fix}`).join(" ")}`,
    { data: { findings: errors } },
  );
}

function tell(
  { terminal }: CommandContext,
  published: Published,
  { base, to }: { base: string; to: string },
): void {
  const { name, version, folder, branch, commit, release, key } = published;
  terminal.print(published, () => [
    `${name} ${version} is in ${folder} on ${branch}, commit ${commit.slice(0, 12)}.`,
    `Release ${release.slice(0, 12)}, ${key === undefined ? "not signed" : `signed by ${key}`}.`,
    branch === base
      ? `Install it with: noxus plugin install ${name} --marketplace ${to} --version ${version}`
      : `Open a pull request from ${branch} to ${base}.`,
  ]);
}
