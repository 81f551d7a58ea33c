import { Button, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { request } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { LoadingRows } from "../parts/loading.tsx";
import { texts } from "../texts/texts.ts";
import mark from "../theme/mark.svg";

async function openSession(proof: { key: string } | { code: string }): Promise<void> {
  await request("/v1/session", { body: proof });
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "sign-in-link" });
}

/** The page asks one thing only. */
function focus(input: HTMLInputElement | null): void {
  input?.focus();
}

/** Asks for a key, at whatever address: the page that was asked for follows. */
export function SignIn({ problem }: { problem?: Error }) {
  const [key, setKey] = useState("");
  const signIn = useMutation({ mutationFn: () => openSession({ key }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const error = signIn.error ?? problem;
  return (
    <main className="sign-in">
      <div>
        <form onSubmit={submit}>
          <Stack>
            <img src={mark} alt="" width={40} height={40} />
            <Title order={1}>{texts.signIn.title}</Title>
            <PasswordInput
              label={texts.signIn.key}
              description={texts.signIn.keyHint}
              value={key}
              onChange={({ currentTarget }) => setKey(currentTarget.value)}
              error={error?.message}
              autoComplete="current-password"
              ref={focus}
              required
              withAsterisk={false}
            />
            <Button type="submit" loading={signIn.isPending}>
              {texts.signIn.submit}
            </Button>
          </Stack>
        </form>
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
