import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandContext } from "../command-line/define.ts";
import { CommandFailed } from "../command-line/run.ts";
import { findUv } from "./find-uv.ts";
import { linkSdk, sdkNodeOptions } from "./own-sdk.ts";
import { type AuthorProject, readProject } from "./project.ts";
import { runTool } from "./run-tool.ts";

/** Runs a plugin's own tests: pytest in an environment by uv, or the script `test` of package.json, else `node --test`. */
export async function testPlugin(context: CommandContext, word: string | undefined): Promise<void> {
  const project = await readProject(context.cwd, word);
  const code =
    project.language === "python" ? await runPytest(context, project) : await runNodeTests(context, project);
  if (code !== 0) throw new CommandFailed(1);
}

/** With uv.lock its versions; without, nothing is left in the plugin's folder. The plugin itself need not be built. */
async function runPytest(context: CommandContext, { folder, dependencies }: AuthorProject): Promise<number> {
  const { file, env } = await findUv(context);
  const isLocked = existsSync(join(folder, "uv.lock"));
  const hasSdk = dependencies.some((one) => /^noxus[-_]sdk\b/i.test(one));
  const needed = [...(isLocked ? [] : dependencies), ...(hasSdk ? [] : ["noxus-sdk"]), "pytest"];
  const place = isLocked ? ["--frozen", "--no-install-project"] : ["--no-project"];
  const words = [
    "run",
    "--quiet",
    ...place,
    ...needed.flatMap((one) => ["--with", one]),
    "python",
    "-m",
    "pytest",
  ];
  return runTool(file, words, {
    cwd: folder,
    env: {
      ...context.env,
      ...env,
      PYTHONPATH: folder,
      PYTHONDONTWRITEBYTECODE: "1",
      GIT_PYTHON_REFRESH: "quiet",
    },
    output: context.terminal.json ? "stderr" : "inherit",
    signal: context.signal,
  });
}

async function runNodeTests(context: CommandContext, { folder, scripts }: AuthorProject): Promise<number> {
  await linkSdk(folder);
  const NODE_OPTIONS = [context.env.NODE_OPTIONS, sdkNodeOptions()].filter(Boolean).join(" ");
  return runTool(process.execPath, scripts.test === undefined ? ["--test"] : ["--run", "test"], {
    cwd: folder,
    env: { ...context.env, NODE_OPTIONS },
    output: context.terminal.json ? "stderr" : "inherit",
    signal: context.signal,
  });
}
