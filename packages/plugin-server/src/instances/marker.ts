/** The environment variable that marks what works for a plugin (its processes, Git, uv, its setup command) and all that these start. */
export const markerVariable = "NOXUS_INSTANCE";

/** One life of one plugin server: `server` is stable across its restarts, `life` is new with each. No dots in either. */
export interface ServerLife {
  server: string;
  life: string;
}

/** The value of `NOXUS_INSTANCE` for one instance; watchdog and boot sweep tell lives apart by its beginning. */
export function markerOf({ server, life, instance }: ServerLife & { instance: string }): string {
  return `${server}.${life}.${instance}`;
}
