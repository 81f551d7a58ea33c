import type { Context } from "../call/context.ts";

/** A started sign-in by device code: what to show, and what to poll with. */
export interface DeviceAuthStart {
  sessionId: string;
  verificationUrl: string;
  userCode: string;
  /** Default 900. */
  expiresInSeconds?: number;
  /** Default 3. */
  pollIntervalSeconds?: number;
}

export interface DeviceAuthPoll {
  status: "pending" | "complete" | "failed" | "expired";
  /** To be stored when the status is `complete`. */
  credentials?: Record<string, unknown>;
  error?: string;
}

export interface DeviceAuth {
  /** On the button, e.g. "Sign in with …". */
  label?: string;
  start(ctx: Context): Promise<DeviceAuthStart>;
  poll(ctx: Context, sessionId: string): Promise<DeviceAuthPoll>;
}

/** An integration as `defineIntegration` gives it. */
export interface Integration<Type extends string = string, Values = unknown> {
  readonly kind: "integration";
  readonly type: Type;
  readonly displayName: string;
  readonly deviceAuth: DeviceAuth | undefined;
  /** The manifest's form. */
  definition(): Record<string, unknown>;
  /** The form that asks for the credentials. */
  config(): Record<string, object>;
  /** Credentials as they are stored, checked; undefined where they do not fit. */
  parse(stored: Record<string, unknown>): Values | undefined;
  /** Whether calls can be made with these credentials. */
  isReady(stored: Record<string, unknown> | null, signal: AbortSignal): Promise<boolean>;
}

/** The credentials that a call gets for the integrations it names. */
export type CredentialsOf<I extends readonly Integration[]> = {
  [One in I[number] as One["type"]]: One extends Integration<string, infer Values> ? Values : never;
};
