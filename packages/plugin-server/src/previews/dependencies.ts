import { isNoxusError } from "@noxus/contracts";
import { readProject } from "../engines/project.ts";
import { dependencyKinds, readPackageFile } from "../node-engine/package-file.ts";

/** What a plugin's project file asks for, as it is written there; none where it cannot be read. */
export async function readDependencies(folder: string): Promise<string[]> {
  return (await ifReadable(pythonDependencies(folder))) ?? (await ifReadable(nodeDependencies(folder))) ?? [];
}

async function pythonDependencies(folder: string): Promise<string[]> {
  return (await readProject(folder)).dependencies;
}

/** Those that an installation brings: not the author's own tools. */
async function nodeDependencies(folder: string): Promise<string[]> {
  const file = await readPackageFile(folder);
  const kinds = dependencyKinds.filter((kind) => kind !== "devDependencies");
  return kinds.flatMap((kind) => Object.entries(file[kind]).map(([name, range]) => `${name}@${range}`));
}

async function ifReadable(reading: Promise<string[]>): Promise<string[] | undefined> {
  return reading.catch((error: unknown) => {
    if (isNoxusError(error)) return undefined;
    throw error;
  });
}
