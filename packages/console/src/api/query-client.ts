import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client.ts";

/** An answer of the platform is final, save that nothing answered or that it said "later". */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && [0, 429, 502, 503, 504].includes(error.status);
}

/** Who is refused for want of a session is asked for a key at once, not at the next look at who they are. */
function onRefusal(error: unknown): void {
  const wasSignedIn = queryClient.getQueryData(["me"]) !== undefined;
  if (wasSignedIn && error instanceof ApiError && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: ["me"] });
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => queryKey[0] !== "me" && onRefusal(error),
  }),
  mutationCache: new MutationCache({ onError: onRefusal }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (count, error) => isPassing(error) && count < 3,
      // What the stream of changes does not tell is seen after this; the stream makes it sooner.
      refetchInterval: 60_000,
      refetchOnWindowFocus: true,
    },
  },
});
