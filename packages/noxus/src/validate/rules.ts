/** How grave a finding is: an `error` keeps a plugin from being published, a `warning` is advice. */
export type Severity = "error" | "warning";

/** Every rule of `noxus plugin validate`: its severity, and what to do where it is broken. */
export const rules = {
  "project-file": ["error", "Give the project file the fields that a plugin needs: name and version."],
  "entry-missing": ["error", "Name the file that exports the plugin as `main` in package.json."],
  "module-type": ["error", 'Write "type": "module" into package.json.'],
  "does-not-start": [
    "error",
    "Start it with `noxus plugin call` until it runs; the message is the plugin's own.",
  ],
  "version-differs": ["error", "Give the plugin and its project file the same version."],
  "name-differs": ["warning", "Give the plugin and its project file the same name."],
  "version-form": ["warning", "Write the version as three numbers: 1.4.0."],
  "description-missing": ["warning", "Say in a sentence what it does: people choose by it."],
  "readme-missing": ["warning", "Add a README.md: what it is for, and an example."],
  "icon-missing": ["warning", "Add an icon.svg, square, readable at 24 pixels."],
  "lockfile-missing": [
    "warning",
    "Run `npm install` and keep its package-lock.json, so that everybody gets the same versions.",
  ],
  "secret-file": ["error", "Take the file out of the folder, or name it in .gitignore."],
  "file-large": ["warning", "Keep it out of the package, or fetch it in the plugin's setup command."],
  "node-missing": ["warning", "Give the plugin a node, a trigger, a datasource or an integration."],
  "node-repeated": ["error", "Give each node a name of its own; workflows find nodes by it."],
  "node-undescribed": ["warning", "Give the node a title and a description: people find it by them."],
  "connector-repeated": ["error", "Give each input, and each output, of a node a name of its own."],
  "connector-type-unknown": ["error", "Use one of the data types that workflows know."],
  "integration-undefined": [
    "warning",
    "Define the integration in this plugin, or say in the README which plugin brings it.",
  ],
  "secret-shown": ["warning", "Show the field as a password, so that nobody reads it over a shoulder."],
  "manifest-stale": ["warning", "Write it anew: noxus plugin generate-manifest."],
  "node-removed": ["error", "Bring the node back, or raise the first number of the version."],
  "input-removed": ["error", "Bring the input back, or raise the first number of the version."],
  "input-required": ["error", "Make the input optional, or raise the first number of the version."],
  "output-removed": ["error", "Bring the output back, or raise the first number of the version."],
  "type-changed": ["error", "Keep the type, or raise the first number of the version."],
  "setting-required": ["error", "Give the setting a default, or raise the first number of the version."],
  "integration-removed": ["error", "Bring the integration back, or raise the first number of the version."],
  "version-not-raised": ["error", "Raise the version: a version means what was published under it."],
} as const satisfies Record<string, readonly [Severity, fix: string]>;

export type Rule = keyof typeof rules;
