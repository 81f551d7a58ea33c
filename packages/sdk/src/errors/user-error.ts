const brand = Symbol.for("noxus.user-error");

/**
 * Something that whoever runs the workflow can put right: a wrong address, an expired token. Its message is shown to
 * them (400 over HTTP); every other error counts as a bug of the plugin (500), and its text goes to the plugin's log.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  /** Known by this and not by its class: a plugin and the command may each have a copy of this package. */
  readonly [brand] = true;
}

export function isUserError(error: unknown): error is UserError {
  return typeof error === "object" && error !== null && brand in error;
}
