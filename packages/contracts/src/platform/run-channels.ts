/** Notification channels between platform and workers. Payload: a run's id. A hint; the periodic look makes it correct. */

/** A run waits for a worker. No payload: whoever is free looks which. */
export const runQueuedChannel = "noxus_run_queued";
/** A run has new events. */
export const runEventsChannel = "noxus_run_events";
/** A run is to be stopped. */
export const runCancelChannel = "noxus_run_cancel";
/** Something is asked of a run under way: that it pauses, or what it waits for has come. */
export const runAskedChannel = "noxus_run_asked";
