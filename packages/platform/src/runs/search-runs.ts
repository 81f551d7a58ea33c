import { type Queries, type RunRow, runs } from "@noxus/database";
import { and, desc, eq, or, type SQL, sql } from "@noxus/database/sql";
import { containing } from "../http/text-pattern.ts";

/** Parts of a run that a search looks in. */
export const searchPlaces = ["input", "output", "other", "run_id"] as const;
export type SearchPlace = (typeof searchPlaces)[number];

export interface RunSearch {
  workspaceId: string;
  query: string;
  places: readonly SearchPlace[];
  /** The words in this order; otherwise all of them anywhere. */
  exact: boolean;
  limit: number;
  offset: number;
}

const texts: Record<SearchPlace, SQL> = {
  input: sql`${runs.input}::text`,
  output: sql`${runs.output}::text`,
  other: sql`${runs.error}::text`,
  run_id: sql`${runs.id}::text`,
};

/** Runs whose chosen parts hold the text, newest first. */
export function searchRuns(db: Pick<Queries, "select">, search: RunSearch): Promise<RunRow[]> {
  const { workspaceId, query, places, exact, limit, offset } = search;
  const words = exact ? [query] : query.split(/\s+/).filter(Boolean);
  const found = words.map((word) =>
    or(...places.map((place) => sql`${texts[place]} ilike ${containing(word)}`)),
  );
  return db
    .select()
    .from(runs)
    .where(and(eq(runs.workspaceId, workspaceId), ...found))
    .orderBy(desc(runs.createdAt))
    .limit(limit)
    .offset(offset);
}
