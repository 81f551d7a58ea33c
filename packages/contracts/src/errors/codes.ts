/**
 * Every error code that anything here answers with: its HTTP status and what it means. `docs/errors.md` is generated
 * from this table. A retired code is never used again.
 */
export const errorCodes = {
  // any program
  invalid_request: [
    400,
    "The request's body, query or path is not of the expected form; `fields` names each problem.",
  ],
  malformed_json: [400, "The body is not JSON."],
  unauthorized: [401, "The X-API-Key header is absent or no valid key."],
  forbidden: [403, "The key is valid but may not do this."],
  not_found: [404, "Nothing is there under this address or id."],
  not_supported: [404, "Part of the original product's API that this product does not have."],
  conflict: [409, "The state of the thing does not allow this now."],
  precondition_failed: [412, "The thing changed since you read it (If-Match)."],
  payload_too_large: [413, "The body is over the limit."],
  unsupported_media_type: [415, "The Content-Type is none that this address takes."],
  rate_limited: [429, "Too many requests; Retry-After says when to come back."],
  internal: [500, "A fault of ours; the log has it under the request id."],
  disk_full: [507, "The disk is full."],
  unavailable: [503, "Not ready yet, or a part that is needed does not answer; try again."],

  // sources
  source_unreachable: [502, "The repository's host could not be reached."],
  source_not_a_repository: [422, "The address answers, but it is no Git repository."],
  source_credentials_refused: [422, "The repository asks for credentials, or refused the given ones."],
  source_branch_missing: [422, "The repository has no such branch."],
  source_commit_missing: [422, "The repository has no such commit, or the branch does not reach it."],
  source_path_missing: [422, "The repository has no such folder at that commit."],
  source_url_refused: [422, "The repository's address is of a kind that is not allowed."],
  source_file_missing: [422, "The uploaded file is not there any more."],
  git_missing: [503, "Git is not to be found on PATH, or too old."],
  source_not_allowed: [403, "The plugin server's policy allows plugins from marketplaces only."],
  source_local_refused: [422, "Local sources are off, or the path lies outside the allowed folders."],
  marketplace_plugin_unknown: [422, "The marketplace has no plugin of this name."],
  marketplace_version_unknown: [422, "The marketplace has the plugin, but not in this version."],
  marketplace_index_invalid: [422, "The marketplace's index of the plugin's versions cannot be read."],
  marketplace_content_changed: [
    422,
    "The plugin's files are not those that the marketplace's index has for this version.",
  ],
  marketplace_not_allowed: [403, "The plugin server's policy allows no plugins from this marketplace."],
  signature_invalid: [422, "A signature or key cannot be read, or was not made for what it stands beside."],
  signature_missing: [403, "The marketplace's policy asks for a signature, and this version has none."],
  signature_untrusted: [403, "The signature is right, and its key is none that is trusted."],

  // starting a plugin's process
  isolation_unavailable: [
    501,
    "The operator asks for a stronger isolation of plugins than this machine gives; the message says what is missing.",
  ],

  endpoint_unreachable: [502, "The remote plugin's endpoint does not answer, or not over verified TLS."],
  endpoint_key_refused: [502, "The remote plugin's endpoint refused the key that it was sent."],

  // credentials
  sign_in_unsupported: [409, "The integration has no sign-in with a code."],

  // archives and releases
  archive_invalid: [422, "The file is no archive of a known kind, or it is damaged or cut short."],
  archive_path_unsafe: [422, "An entry's path is absolute or leads out of the archive."],
  archive_link_unsafe: [422, "A link leads out of the archive."],
  archive_entry_refused: [422, "An entry is neither file, folder nor link (a device, a pipe, …)."],
  archive_too_large: [
    422,
    "Unpacked, the content is over the size limit, or blown up beyond the allowed ratio.",
  ],
  archive_too_many_files: [422, "More files than the limit."],

  // a plugin's files
  plugin_project_missing: [422, "There is neither pyproject.toml nor package.json in the plugin's folder."],
  plugin_project_invalid: [422, "pyproject.toml, package.json or a lockfile cannot be read."],
  plugin_class_missing: [422, "No class derived from BasePlugin, or no plugin as default export, was found."],
  plugin_class_ambiguous: [422, "More than one plugin was found where one is expected."],
  plugin_syntax_error: [422, "A source file of the plugin is no valid Python or TypeScript."],
  plugin_import_error: [422, "The plugin, or something that it imports, cannot be imported."],
  plugin_package_shadowed: [
    422,
    "The plugin's package is named like a module that Python has already loaded.",
  ],
  plugin_manifest_invalid: [422, "The plugin's manifest is not of the expected form."],
  plugin_name_taken: [409, "Another installed plugin has this name."],
  plugin_unknown: [404, "No plugin of this id or name is installed."],
  plugin_node_unknown: [404, "The plugin has no node of this name."],
  plugin_release_missing: [
    409,
    "The release that is asked for, or that the source is pinned to, is not there and cannot be had.",
  ],
  plugin_engine_unsupported: [422, "No engine here runs this kind of plugin."],

  // environments
  sdk_release_unknown: [422, "No published SDK release fits what the plugin declares and imports."],
  sdk_release_broken: [
    422,
    "This SDK release was published without a part of itself; nothing loads with it.",
  ],
  python_missing: [422, "No Python that the plugin allows was found or could be had."],
  node_version_unsupported: [
    422,
    "package.json asks for another version of Node than plugins run with here.",
  ],
  package_manager_missing: [
    503,
    "The program that installs the plugin's packages (npm, pnpm, Yarn) is not to be had.",
  ],
  uv_missing: [503, "uv is neither on PATH nor to be had from the Python index."],
  dependencies_unresolvable: [422, "The plugin's dependencies cannot be resolved together."],
  environment_failed: [502, "Making the environment failed."],
  setup_command_failed: [422, "The plugin's setup command ended with an error."],

  // processes and calls
  plugin_exited: [502, "The plugin's process ended."],
  plugin_exited_at_start: [502, "The plugin's process ended before it was ready."],
  plugin_start_timeout: [504, "The plugin did not become ready within its start deadline."],
  plugin_port_missing: [504, "The plugin never printed its port."],
  plugin_port_foreign: [502, "The plugin printed a port that is not its own."],
  plugin_not_running: [503, "The plugin does not run now; the answer says why and when it is tried again."],
  plugin_missing_config: [409, "The plugin lacks configuration; the answer names the fields."],
  plugin_config_invalid: [
    422,
    "The configuration does not fit the plugin's manifest; `fields` names each problem.",
  ],
  plugin_disabled: [409, "The plugin is switched off."],
  plugins_held: [503, "All plugins are held (safe mode); the answer says why and how to let them go on."],
  plugin_busy: [503, "The plugin's queue is full; the answer says how deep, Retry-After when to come back."],
  plugin_protocol_error: [502, "The plugin answered something that is not of the protocol."],
  plugin_answer_too_large: [502, "The plugin's answer is over the limit."],
  plugin_call_failed: [500, "The plugin's code raised an error."],
  call_deadline_exceeded: [504, "The call took longer than its deadline."],
  call_cancelled: [499, "The caller went away."],
  transport_unsupported: [501, "The plugin's SDK release does not offer this call."],
  file_not_granted: [403, "This call was not given this file."],
  bridge_closed: [403, "The bridge address is not valid (any more)."],
  plugin_server_unavailable: [503, "No plugin server that could take the call is alive."],

  // workflows and runs
  workflow_invalid: [
    422,
    "The workflow cannot be run as it is; `fields` names node and connector of each problem.",
  ],
  workflow_cycle: [422, "The workflow's edges form a cycle."],
  workflow_node_unknown: [422, "A node is of a type that is not in the registry."],
  workflow_edge_invalid: [422, "An edge leads from or to something that does not exist."],
  workflow_input_missing: [422, "A required input has no value."],
  workflow_type_mismatch: [422, "An output leads to an input that takes another type of data."],
  idempotency_key_reused: [422, "The Idempotency-Key was used before, for something else."],
  run_not_cancellable: [409, "The run has already ended."],
  run_not_pausable: [409, "The run has ended, or is not paused where it is to be resumed."],
  run_not_restartable: [409, "The run has not ended, or it has no such node to restart from."],
  run_deadline_exceeded: [504, "The run did not end within its timeout_seconds."],
  wait_not_open: [
    409,
    "The node does not wait (any more): it was decided, its time is over, or the run has ended.",
  ],
  wait_expired: [504, "What a node waited for did not come in time."],
  node_failed: [422, "A node of the run failed."],
  node_timeout: [504, "A node ran longer than its time limit."],
  run_cancelled: [409, "The run was cancelled."],
  credential_missing: [409, "A node needs credentials of an integration that the workspace does not have."],
  expression_invalid: [422, "An expression or template cannot be evaluated."],

  // starting programs
  configuration_invalid: [500, "Environment variables are not of the expected form; each problem is listed."],
  database_unreachable: [503, "PostgreSQL does not answer; the program keeps trying."],
  database_start_failed: [500, "The embedded PostgreSQL could not be made or started; the message says why."],
  port_in_use: [500, "Another process listens on the port."],
  data_folder_in_use: [500, "Another running process uses the data folder."],
} as const satisfies Record<string, readonly [status: number, meaning: string]>;

export type ErrorCode = keyof typeof errorCodes;
