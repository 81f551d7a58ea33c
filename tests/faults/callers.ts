import { setTimeout as delay } from "node:timers/promises";

/** Answers that a plugin server may give while plugins and itself are killed: each says why, none is a fault of ours. */
const expectedStatuses = new Set([200, 404, 409, 502, 503]);
/** Longer than the deadline that the calls have; what is not answered by then is lost. */
const lostAfterMs = 40_000;
/** Between two calls: enough to be there at every moment, too little to be a load. */
const pauseMs = 80;

export interface CallerFigures {
  answered: Record<string, number>;
  /** Connections that ended because the server was killed. */
  cut: number;
  unexpected: string[];
  longestMs: number;
}

export interface Callers {
  end(): Promise<CallerFigures>;
}

/**
 * Calls each target again and again, whatever happens, and notes how each call ended.
 *
 * @param life which life of the server calls go to now; undefined while there is none
 */
export function startCallers(
  targets: readonly (() => Promise<Response>)[],
  life: () => number | undefined,
): Callers {
  const figures: CallerFigures = { answered: {}, cut: 0, unexpected: [], longestMs: 0 };
  let ending = false;
  const call = async (target: () => Promise<Response>) => {
    const startedAt = performance.now();
    const lifeBefore = life();
    try {
      const response = await Promise.race([target(), lost()]);
      const text = await response.text();
      figures.answered[response.status] = (figures.answered[response.status] ?? 0) + 1;
      if (!expectedStatuses.has(response.status)) figures.unexpected.push(`${response.status} ${text}`);
    } catch (error) {
      const killed = lifeBefore === undefined || lifeBefore !== life();
      if (killed && !(error instanceof LostCall)) figures.cut += 1;
      else figures.unexpected.push(`no answer: ${error}`);
    }
    figures.longestMs = Math.max(figures.longestMs, Math.round(performance.now() - startedAt));
  };
  const run = async (target: () => Promise<Response>) => {
    for (; !ending; await delay(pauseMs)) await call(target);
  };
  const callers = targets.map(run);
  return {
    async end() {
      ending = true;
      await Promise.all(callers);
      return figures;
    },
  };
}

class LostCall extends Error {
  override readonly message = "nothing came";
}

async function lost(): Promise<never> {
  await delay(lostAfterMs, undefined, { ref: false });
  throw new LostCall();
}
