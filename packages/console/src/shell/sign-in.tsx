import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { meQuery } from "../api/queries.ts";
import { LoadingRows } from "../parts/loading.tsx";
import { texts } from "../texts/texts.ts";
import mark from "../theme/mark.svg";
import { KeyForm, openSession } from "./key-form.tsx";

/** Asks for a key, at whatever address: the page that was asked for follows. */
export function SignIn({ problem }: { problem?: Error }) {
  return (
    <main className="sign-in">
      <div>
        <Stack>
          <img src={mark} alt="" width={40} height={40} />
          <Title order={1}>{texts.signIn.title}</Title>
          <KeyForm problem={problem} />
        </Stack>
      </div>
    </main>
  );
}

/** The code behind `#`, taken out of the address at once: read when the console is loaded, whatever is shown first. */
const code = window.location.pathname.endsWith("/sign-in") ? window.location.hash.slice(1) : "";
if (code) window.history.replaceState(null, "", window.location.pathname);

let spent: Promise<void> | undefined;

/** Spends the code of a sign-in link, once however often the page is drawn. */
export function SignInByLink() {
  const navigate = useNavigate();
  const { error, isSuccess } = useQuery({
    queryKey: ["sign-in-link"],
    queryFn: () => {
      spent ??= openSession({ code });
      return spent.then(() => true);
    },
    enabled: code !== "",
    retry: false,
    refetchInterval: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const me = useQuery({ ...meQuery, enabled: code === "" || error !== null, retry: false });
  const signedIn = isSuccess || me.data !== undefined;
  useEffect(() => {
    if (signedIn) void navigate({ to: "/workflows", replace: true });
  }, [signedIn, navigate]);
  if (me.error) return <SignIn problem={error ?? undefined} />;
  return (
    <main className="sign-in">
      <div>
        <Text>{texts.signIn.byLink}</Text>
        <LoadingRows rows={2} />
      </div>
    </main>
  );
}
