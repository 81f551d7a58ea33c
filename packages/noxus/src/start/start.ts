export interface StartOptions {
  port?: string;
  host?: string;
  examples?: boolean;
}
