/**
 * What the machine's clock shows at a moment of `performance.now()`, for people and other programs. Whatever waits or
 * lasts is measured by the latter: a clock that is set, by hand or by NTP, neither ends such a wait nor prolongs it.
 */
export function wallTimeOf(monotonicMs: number): Date {
  return new Date(Date.now() + monotonicMs - performance.now());
}
