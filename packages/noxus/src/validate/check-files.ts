import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { AuthorProject } from "../author/project.ts";
import { listPackageFiles } from "../packaging/package-files.ts";
import { atStartOf, type Finding, finding } from "./finding.ts";

/** More than a plugin's own code and pictures need; every server that installs it stores and hashes it. */
const largeBytes = 10 * 1024 * 1024;
const secretFile = /(^|\/)(\.env(\..+)?|id_(rsa|ed25519|ecdsa)|credentials\.json|.+\.(pem|key|p12|pfx))$/;

/** What can be said of a plugin's folder without running any of it. */
export async function checkFiles(project: AuthorProject): Promise<Finding[]> {
  const { folder } = project;
  const files = await listPackageFiles(folder);
  const sized = await Promise.all(files.map((file) => checkFile(folder, file)));
  return [
    ...(project.language === "typescript" ? await checkPackageFile(project) : []),
    ...checkDescription(project),
    ...checkCompany(project, files),
    ...sized.flat(),
  ];
}

async function checkPackageFile({ folder, dependencies }: AuthorProject): Promise<Finding[]> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  const {
    type,
    main = "index.js",
    exports,
  } = JSON.parse(text) as { type?: string; main?: string; exports?: unknown };
  const found: Finding[] = [];
  if (type !== "module")
    found.push(
      finding("module-type", "package.json does not say that its files are ES modules.", keyIn(text, "type")),
    );
  if (exports === undefined && !existsSync(join(folder, main)))
    found.push(
      finding("entry-missing", `${main}, the plugin's main file, is not there.`, keyIn(text, "main")),
    );
  const lockfiles = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock"];
  const needsLock = dependencies.some((name) => name !== "@noxus/sdk");
  if (needsLock && !lockfiles.some((name) => existsSync(join(folder, name))))
    found.push(
      finding(
        "lockfile-missing",
        "The plugin has dependencies, and no lockfile says which versions.",
        keyIn(text, "dependencies"),
      ),
    );
  return found;
}

function keyIn(text: string, key: string) {
  const at = text.indexOf(`"${key}"`);
  if (at < 0) return atStartOf("package.json");
  const before = text.slice(0, at).split("\n");
  return { file: "package.json", line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Three numbers, and what Semantic Versioning and PEP 440 let follow them. */
const versionForm = /^\d+\.\d+\.\d+(?:[-+.]?[a-z0-9][a-z0-9.+-]*)?$/i;

function checkDescription({ version, description, projectFile }: AuthorProject): Finding[] {
  const found: Finding[] = [];
  if (!versionForm.test(version))
    found.push(
      finding(
        "version-form",
        `The version is "${version}", which is hard to compare.`,
        atStartOf(projectFile),
      ),
    );
  if (!description?.trim())
    found.push(
      finding("description-missing", "The plugin does not say what it does.", atStartOf(projectFile)),
    );
  return found;
}

function checkCompany({ projectFile }: AuthorProject, files: readonly string[]): Finding[] {
  const found: Finding[] = [];
  if (!files.some((file) => /^readme(\.\w+)?$/i.test(file)))
    found.push(finding("readme-missing", "There is no README.", atStartOf(projectFile)));
  if (!files.some((file) => /^icon\.(svg|png)$/i.test(file)))
    found.push(finding("icon-missing", "There is no icon.svg or icon.png.", atStartOf(projectFile)));
  return found;
}

async function checkFile(folder: string, file: string): Promise<Finding[]> {
  const found: Finding[] = [];
  if (secretFile.test(file))
    found.push(finding("secret-file", `${file} looks like a secret, and would be packed.`, atStartOf(file)));
  const { size } = await stat(join(folder, file)).catch(() => ({ size: 0 }));
  if (size > largeBytes)
    found.push(finding("file-large", `${file} has ${Math.round(size / 1024 / 1024)} MiB.`, atStartOf(file)));
  return found;
}
