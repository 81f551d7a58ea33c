import type { Manifest, NoxusError, PluginSettings, SdkChoice, Source } from "@noxus/contracts";
import type { AppliedIsolation } from "../isolation/level.ts";
import type { Release } from "../releases/release.ts";
import type { Endpoint } from "../remote-engine/endpoint.ts";
import type { StatedFacts } from "./stated-facts.ts";

/** What is known of a plugin from its files alone; no plugin code has run. */
export interface PluginFacts {
  /** From manifest.json, or else from the project file; the running plugin's manifest is the truth. */
  name: string;
  version: string;
  /** manifest.json where it is there and can be read. */
  manifest?: Manifest;
  /** The Python package folder that holds the one BasePlugin class, or the name in package.json. */
  packageName: string;
  sdk: SdkChoice;
  transport: "http" | "stdio";
  /** sha256 of everything that decides the environment: dependencies, lockfile, SDK release, Python, setup command. */
  environmentKey: string;
  warnings: string[];
  /** What the classes of a Python plugin say of themselves. */
  stated?: StatedFacts;
  /** What the uv engine found and needs again; absent with other engines. */
  uv?: UvFacts;
  /** What the Node engine found and needs again; absent with other engines. */
  node?: NodeFacts;
}

/** What the Node engine knows of a plugin from its files, for `prepare` and `launch`; plain data. */
export interface NodeFacts {
  /** Makes node_modules; absent where there is nothing to install. */
  manager?: "npm" | "pnpm" | "yarn" | "yarn-classic";
  locked: boolean;
  /** The SDK that comes with the plugin server is linked, instead of installed. */
  ownSdk: boolean;
  /** Whether packages may run scripts while they are installed. */
  installScripts: boolean;
  /** Lines of the plugin's .npmrc that say where packages come from. */
  npmrc?: string;
  /** A folder inside the release that holds packages' archives, for machines without a registry. */
  vendorFolder?: string;
  setupCommand?: string;
}

/** What the uv engine knows of a plugin from its files, for `prepare` and `launch`; plain data. */
export interface UvFacts {
  /** The interpreter that the environment is made with. */
  pythonPath: string;
  pythonVersion: string;
  /** Folder of the package, relative to the release; "." where the release itself is the package. */
  packagePath: string;
  /** Whether the SDK could take another folder for the package, and so must be shown only this one. */
  needsView: boolean;
  /** Whether there is a `[project]` table whose dependencies are to be installed. */
  projectDeclared: boolean;
  dependencies: string[];
  /** For the resolver, e.g. `noxus-sdk>=0.6.0,<0.7`. */
  sdkRequirement: string;
  /** Older SDK releases that have all that the plugin imports, newest first. */
  sdkFallbacks: string[];
  /** Whether there is a uv.lock. */
  locked: boolean;
  /** Folders inside the release that hold wheels, for machines without an index. */
  wheelFolders: string[];
  setupCommand?: string;
}

/** A ready environment of one release (or of all releases with the same key). */
export interface Environment {
  key: string;
  folder: string;
  /** Version of the interpreter, e.g. "3.11.7"; with the uv engine. */
  python?: string | undefined;
  /** Version of Node when it was made; with the Node engine. */
  node?: string | undefined;
  /** SDK release that is installed, exact. */
  sdkRelease: string;
  warnings: string[];
  /** Whether the installed SDK has the stdio worker; decides the transport, whatever was expected before. */
  worker?: boolean;
}

/** How to start a plugin's process: all that `spawn` needs, environment built from nothing. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  transport: "http" | "stdio";
  /** HTTP only: connections may be kept alive (our starter sets TCP_NODELAY); the bare command needs a new one a call. */
  keepAlive: boolean;
  /** Folders outside the system's own that the process must read: what a sandbox shows it. */
  readable?: readonly string[];
  /** How the command confines the process; `process` where absent. */
  isolation?: AppliedIsolation;
}

export interface LaunchSpec {
  pluginId: string;
  release: Release;
  facts: PluginFacts;
  environment: Environment;
  settings: PluginSettings;
  /** A folder of this instance's own, removed when it is gone: working directory and TMPDIR. */
  scratchFolder: string;
  /** `http://127.0.0.1:<port>/bridge/<capability>`; HTTP transport only. */
  bridgeUrl?: string;
  /** Marks the process and all its children, for the watchdog and the boot sweep: `NOXUS_INSTANCE=<marker>`. */
  marker: string;
}

export interface PrepareOptions {
  /** Told in words what goes on ("resolving", "downloading numpy", …). */
  onProgress?: (message: string) => void;
  signal: AbortSignal;
}

/** Makes environments and says how to start a plugin in one. Does not spawn plugins and knows nothing of reconciling. */
export interface Engine {
  readonly name: string;
  /** Whether this engine runs what lies in the folder. */
  accepts(release: Release): Promise<boolean>;
  /** @throws NoxusError plugin_…, sdk_release_… */
  inspect(release: Release, settings: PluginSettings): Promise<PluginFacts>;
  /**
   * Makes the environment, or gives the one that is there. Atomic: built beside, then renamed; kill -9 safe.
   * @throws NoxusError python_missing, uv_missing, dependencies_unresolvable, environment_failed, setup_command_failed
   */
  prepare(
    release: Release,
    facts: PluginFacts,
    options: PrepareOptions,
  ): Promise<Environment & { reused: boolean }>;
  /** @throws NoxusError transport_unsupported */
  launch(spec: LaunchSpec): Promise<Launch>;
  /** Where a plugin that runs elsewhere is asked, of an engine that starts nothing. @throws NoxusError source_url_refused */
  connect?(source: Source): Endpoint;
  /** A failed start in words of its cause (a missing module, a syntax error), where the process's last words tell it. */
  explainStart(error: NoxusError, release: Release): NoxusError;
  /** Cheap check that an environment is still as it was made; where it is not, `prepare` makes it anew. */
  verify(environment: Environment): Promise<boolean>;
  /** Removes what a killed server left half-made. To be called once at start, before anything is prepared. */
  sweep(): Promise<void>;
  /** Removes every environment whose key is not among these; those that are being made stay. Returns the removed. */
  removeUnused(keys: ReadonlySet<string>): Promise<string[]>;
  /** Ends what runs in the background. */
  close(): Promise<void>;
}
