import { Counter, Histogram, type Metrics } from "@noxus/service";

/** Told of the reconciler's work, for metrics. */
export interface ReconcileObserver {
  /** One look at one plugin ended, with whatever steps it took. */
  looked(durationMs: number): void;
  /** One step ended. */
  took(step: string, durationMs: number): void;
  /** A look failed by a fault of ours. */
  faulted(): void;
}

/** Looks take well under a millisecond where there is nothing to do; an install takes seconds. */
const lookBucketsS = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

/** Measures how the reconciler keeps up. */
export function observeReconciling(metrics: Metrics): ReconcileObserver {
  const registers = [metrics];
  const looks = new Histogram({
    name: "noxus_reconcile_duration_seconds",
    help: "Seconds of one look at one plugin, the steps that it takes included.",
    buckets: lookBucketsS,
    registers,
  });
  const steps = new Histogram({
    name: "noxus_reconcile_step_duration_seconds",
    help: "Seconds of one step (fetch, prepare, start, replace, reconfigure, drain, stop, uninstall), a wait for its turn included.",
    labelNames: ["step"] as const,
    buckets: lookBucketsS,
    registers,
  });
  const faults = new Counter({
    name: "noxus_reconcile_faults_total",
    help: "Looks that failed by a fault of the server itself; the log says more.",
    registers,
  });
  return {
    looked: (durationMs) => looks.observe(durationMs / 1000),
    took: (step, durationMs) => steps.observe({ step }, durationMs / 1000),
    faulted: () => faults.inc(),
  };
}
