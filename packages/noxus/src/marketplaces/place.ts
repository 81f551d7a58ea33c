export interface PlaceOptions {
  /** The marketplace's Git repository; the default one where absent. */
  marketplace?: string;
  branch?: string;
}

/** A marketplace as the platform's routes take it. */
export function placeQuery({ marketplace, branch }: PlaceOptions): Record<string, string | undefined> {
  return { repo_url: marketplace, branch };
}
