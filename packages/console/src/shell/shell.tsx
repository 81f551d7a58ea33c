import { useIsFetching, useQuery } from "@tanstack/react-query";
import { Outlet, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { followChanges } from "../api/changes.ts";
import { ApiError } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { Failure } from "../parts/failure.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { texts } from "../texts/texts.ts";
import { GraphView } from "../workflows/graph.tsx";
import { Outage } from "./outage.tsx";
import { places, Rail } from "./rail.tsx";
import { SignIn } from "./sign-in.tsx";
import { useKeys } from "./use-keys.ts";

const SignInAgain = lazy(() => import("./sign-in-again.tsx"));
const CommandPalette = lazy(() => import("./command-palette.tsx"));

/** What surrounds every page. Who is not signed in is asked to, and then sees the page that was asked for. */
export function Shell() {
  const me = useQuery(meQuery);
  const isRefused = me.error instanceof ApiError && me.error.status === 401;
  if (me.data)
    return (
      <>
        <SignedIn />
        <Suspense>{isRefused && <SignInAgain />}</Suspense>
      </>
    );
  if (isRefused) return <SignIn />;
  return (
    <main className="content">
      {me.error ? (
        <Failure error={me.error} retry={() => void me.refetch()} />
      ) : (
        <LoadingRows rows={8} height={32} />
      )}
    </main>
  );
}

function SignedIn() {
  const [keysShown, setKeysShown] = useState(false);
  useKeys(useCallback(() => setKeysShown(true), []));
  useEffect(followChanges, []);
  return (
    <>
      <a className="skip-link" href="#content">
        {texts.skip}
      </a>
      <div className="shell">
        <Rail />
        <main className="content" id="content" tabIndex={-1}>
          <Outage />
          <Outlet />
        </main>
      </div>
      <PagesAtHand />
      <Suspense>
        <CommandPalette keysShown={keysShown} onKeysClose={() => setKeysShown(false)} />
      </Suspense>
    </>
  );
}

/** After the page that is shown has all that it asks for. */
const pagesAtHandAfterMs = 300;

/** Places of the rail, and what their lists lead to: a page with tabs is two routes, itself and its first tab. */
const atHand = [
  ...places.map(({ to }) => `/shell${to}` as const),
  "/shell/workflows/$id",
  "/shell/workflows/$id/",
  "/shell/runs/$id",
  "/shell/plugins/$id",
  "/shell/plugins/$id/",
  "/shell/settings/",
] as const;

/** Loads the code of every place in the rail, and of what their lists lead to, so that going there waits for none. */
function PagesAtHand(): null {
  const router = useRouter();
  const isBusy = useIsFetching() > 0;
  useEffect(() => {
    if (isBusy) return undefined;
    const timer = setTimeout(() => {
      for (const id of atHand) void router.loadRouteChunk(router.routesById[id]);
      void GraphView.preload();
    }, pagesAtHandAfterMs);
    return () => clearTimeout(timer);
  }, [router, isBusy]);
  return null;
}
