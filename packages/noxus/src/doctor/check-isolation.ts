import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { type Finding, ok, warn } from "./finding.ts";
import { versionOf } from "./version-of.ts";

/** What this machine offers to keep plugins apart, found out by trying. */
export async function checkIsolation(): Promise<Finding[]> {
  if (process.platform !== "linux")
    return [
      warn(
        "isolation",
        `${process.platform}: plugins run as plain processes`,
        "use Linux where plugins are not trusted",
      ),
    ];
  return Promise.all([checkBubblewrap(), checkLandlock(), checkCgroups()]);
}

async function checkBubblewrap(): Promise<Finding> {
  if (!(await versionOf("bwrap")))
    return warn("bubblewrap", "not found", "install bubblewrap to be able to run plugins in a sandbox");
  const works = await versionOf(
    "bwrap",
    "--unshare-user",
    "--unshare-pid",
    "--ro-bind",
    "/",
    "/",
    "--proc",
    "/proc",
    "echo",
    "works",
  );
  if (works === "works") return ok("bubblewrap", "works, with user and process namespaces");
  return warn(
    "bubblewrap",
    "there, but user namespaces are refused",
    "allow unprivileged user namespaces, or run as root",
  );
}

async function checkLandlock(): Promise<Finding> {
  const modules = await readFile("/sys/kernel/security/lsm", "utf8").catch(() => "");
  if (modules.split(",").includes("landlock")) return ok("landlock", `on (kernel ${release()})`);
  return warn(
    "landlock",
    `not on, or not to be seen (kernel ${release()})`,
    "a kernel from 5.13 with landlock among its security modules",
  );
}

async function checkCgroups(): Promise<Finding> {
  const controllers = await readFile("/sys/fs/cgroup/cgroup.controllers", "utf8").catch(() => undefined);
  if (controllers === undefined)
    return warn("cgroups", "no cgroup version 2", "memory limits for plugins need it");
  const missing = ["memory", "pids", "cpu"].filter((name) => !controllers.split(/\s+/).includes(name));
  if (missing.length === 0) return ok("cgroups", "version 2 with memory, pids and cpu");
  return warn(
    "cgroups",
    `version 2 without ${missing.join(", ")}`,
    "limits for plugins need these controllers",
  );
}
