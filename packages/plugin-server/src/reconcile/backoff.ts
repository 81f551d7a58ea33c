/** When a plugin that failed is tried again. Defaults: at once after the first crash, then 10 s doubling to 300 s. */
export interface BackoffOptions {
  firstMs: number;
  capMs: number;
  /** A process that lived this long starts the count anew; 10 minutes. */
  resetAfterMs: number;
}

export const defaultBackoff: BackoffOptions = { firstMs: 10_000, capMs: 300_000, resetAfterMs: 600_000 };

/** Wait in ms before the next try, after this many failures in a row; `crash`: something that ran has ended. */
export function backoffMs(failures: number, crash: boolean, { firstMs, capMs }: BackoffOptions): number {
  if (crash && failures <= 1) return 0;
  const doublings = Math.max(0, failures - (crash ? 2 : 1));
  return Math.min(capMs, firstMs * 2 ** Math.min(doublings, 30));
}
