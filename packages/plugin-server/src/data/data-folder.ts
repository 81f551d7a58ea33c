import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lockFolder } from "@noxus/service";

/** Where everything of one plugin server lies. */
export interface DataFolder {
  root: string;
  /** Records of plugins, one file each. */
  plugins: string;
  releases: string;
  environments: string;
  /** Of the Node engine. */
  nodeEnvironments: string;
  logs: string;
  /** Things of this life only, on the same file system as the releases. */
  temporary: string;
  /** Working folders of instances. */
  scratch: string;
  files: string;
  desiredList: string;
  cache: string;
  unlock: () => Promise<void>;
}

/**
 * Makes and locks the folder.
 *
 * @throws NoxusError `data_folder_in_use`
 */
export async function openDataFolder(
  dataFolder: string,
  cacheFolder: string | undefined,
): Promise<DataFolder> {
  const root = resolve(dataFolder, "plugin-server");
  await mkdir(root, { recursive: true, mode: 0o700 });
  const lock = await lockFolder({
    folder: root,
    advice: "Stop that one, or set NOXUS_DATA_FOLDER to another folder.",
  });
  const folders = {
    plugins: join(root, "plugins"),
    releases: join(root, "releases"),
    environments: join(root, "environments"),
    nodeEnvironments: join(root, "node-environments"),
    logs: join(root, "logs"),
    temporary: join(root, "tmp"),
    scratch: join(root, "scratch"),
    files: join(root, "files"),
  };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  return {
    root,
    ...folders,
    desiredList: join(root, "desired.json"),
    cache: resolve(cacheFolder ?? join(dataFolder, "cache")),
    unlock: lock.release,
  };
}

/** What a killed server left in an instance's working folder is of no use to anybody. */
export async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await mkdir(folder, { recursive: true });
}
