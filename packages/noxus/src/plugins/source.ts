import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { NoxusError, type Source, sourceSchema } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { readSecret } from "./secret.ts";

export interface SourceOptions {
  branch?: string;
  commit?: string;
  path?: string;
  token?: string;
  tokenEnv?: string;
  tokenStdin?: boolean;
  username?: string;
  passwordEnv?: string;
  passwordStdin?: boolean;
  local?: boolean;
  /** An endpoint that somebody else runs; its key comes by --token and the like. */
  remote?: boolean;
  /** true: the platform's default marketplace. */
  marketplace?: string | true;
  version?: string;
}

/** A package on this machine, still to be uploaded. */
export interface ArchiveSource {
  type: "archive";
  path: string;
}

const archiveName = /\.(tar\.gz|tgz|tar|zip)$/i;
const gitAddress = /^[a-z][a-z0-9+.-]*:\/\/|^[\w.-]+@[\w.-]+:|\.git$/i;

/**
 * What the word after `install` means: a name with `--marketplace`, a folder with `--local`, an address with `--remote`, an archive that is there,
 * else a Git address.
 */
export async function chooseSource(
  context: CommandContext,
  word: string,
  options: SourceOptions,
): Promise<Source | ArchiveSource> {
  if (options.marketplace) return marketplaceSource(word, options);
  if (options.remote) return remoteSource(context, word, options);
  const path = resolve(context.cwd, word);
  const kind = await kindOf(path);
  if (options.local) return localSource(path, kind);
  if (kind === "file") return archiveSource(path);
  if (gitAddress.test(word)) return gitSource(context, word, options);
  throw unknownSource(word, kind);
}

function marketplaceSource(name: string, { marketplace, version, branch }: SourceOptions): Source {
  return sourceSchema.parse({
    type: "marketplace",
    name,
    version,
    ...(typeof marketplace === "string" && { repo_url: marketplace }),
    branch,
  });
}

function localSource(path: string, kind: PathKind): Source {
  if (kind !== "folder")
    throw new NoxusError(
      "invalid_request",
      `--local takes a folder, and ${path} is ${kind === "file" ? "a file" : "not there"}. Name the folder that holds the plugin's pyproject.toml or package.json.`,
    );
  return { type: "local", path };
}

async function remoteSource(
  context: CommandContext,
  endpoint: string,
  options: SourceOptions,
): Promise<Source> {
  const { token: given, tokenEnv: env, tokenStdin: stdin } = options;
  const key = await readSecret(context, { given, env, stdin });
  const parsed = sourceSchema.safeParse({ type: "remote", endpoint, key });
  if (parsed.success) return parsed.data;
  throw new NoxusError(
    "invalid_request",
    `--remote takes the address of an endpoint, such as https://plugins.example/translate, and ${endpoint} is none.`,
  );
}

function archiveSource(path: string): ArchiveSource {
  if (!archiveName.test(path))
    throw new NoxusError(
      "archive_invalid",
      `${path} is no package by its name: expected .tar.gz, .tgz, .tar or .zip.`,
    );
  return { type: "archive", path };
}

async function gitSource(context: CommandContext, address: string, options: SourceOptions): Promise<Source> {
  const { branch, commit, path, username } = options;
  const token = await readSecret(context, {
    given: options.token,
    env: options.tokenEnv,
    stdin: options.tokenStdin,
  });
  const password = await readSecret(context, { env: options.passwordEnv, stdin: options.passwordStdin });
  const parsed = sourceSchema.safeParse({
    type: "git",
    repo_url: address,
    branch,
    commit,
    path,
    token,
    username,
    password,
  });
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  throw new NoxusError(
    "invalid_request",
    `--${problem?.path.join(".")} has another form than expected: ${problem?.message}.`,
  );
}

type PathKind = "file" | "folder" | "nothing";

async function kindOf(path: string): Promise<PathKind> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return "nothing";
  return found.isDirectory() ? "folder" : "file";
}

function unknownSource(word: string, kind: PathKind): NoxusError {
  if (kind === "folder")
    return new NoxusError(
      "invalid_request",
      `${word} is a folder. Add --local to run it where it is, or pack it as .tar.gz and install that.`,
    );
  const looksLikeFile = archiveName.test(word) || /^[./~]/.test(word);
  const message = looksLikeFile
    ? `There is no file or folder ${word}. Check the path.`
    : `${word} is no Git address, archive or folder. For a name in a marketplace add --marketplace.`;
  return new NoxusError("invalid_request", message);
}
