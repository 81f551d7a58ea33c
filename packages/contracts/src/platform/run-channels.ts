/** Notification channels between platform and workers. Payload: a run's id. A hint; the periodic look makes it correct. */

/** A run has new events. */
export const runEventsChannel = "noxus_run_events";
/** A run is to be stopped. */
export const runCancelChannel = "noxus_run_cancel";
