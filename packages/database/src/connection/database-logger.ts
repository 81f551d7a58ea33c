/** What this package asks of a logger: pino's call form, so any program's own logger fits. */
export interface DatabaseLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
