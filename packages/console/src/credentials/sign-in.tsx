import { Anchor, Button, Group } from "@mantine/core";
import { IconExternalLink, IconLoader2 } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { request } from "../api/client.ts";
import type { SignIn as Begun, Integration, SignInState } from "../api/credentials.ts";
import { queryClient } from "../api/query-client.ts";
import { Copyable } from "../parts/copyable.tsx";
import { Notice } from "../parts/notice.tsx";
import { sayDone } from "../parts/say.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/credentials.ts";

const words = texts.signIn;
const askAgainMs = 5_000;

/** Signs in on the service's own page, with a code that it shows: what comes of it is stored under the name. */
export function SignIn({
  integration: { type, display_name },
  name,
  onDone,
}: {
  integration: Integration;
  name: string;
  onDone: () => void;
}) {
  const begin = useMutation({
    mutationFn: async () => {
      const begun = await request<Begun>("/v1/credentials/sign-in", { body: { integration: type, name } });
      return { ...begun, at: Date.now() };
    },
  });
  const again = () => begin.mutate();
  if (begin.data)
    return <UnderWay key={begin.data.sign_in} signIn={begin.data} onAgain={again} onDone={onDone} />;
  return (
    <>
      <p className="soft">{words.instead}</p>
      {begin.error && <Notice tone="bad" title={begin.error.message} />}
      <Button loading={begin.isPending} disabled={name === ""} onClick={again}>
        {words.begin(display_name ?? type)}
      </Button>
    </>
  );
}

function UnderWay({
  signIn,
  onAgain,
  onDone,
}: {
  signIn: Begun & { at: number };
  onAgain: () => void;
  onDone: () => void;
}) {
  const { verification_url, user_code, expires_in_seconds, at } = signIn;
  const { state, error } = useSignInState(signIn);
  const isDone = state?.status === "complete";
  useEffect(() => {
    if (!isDone) return;
    sayDone(words.done);
    void queryClient.invalidateQueries({ queryKey: ["credentials"] });
    onDone();
  }, [isDone, onDone]);
  if (error || state?.status === "failed" || state?.status === "expired")
    return (
      <Ended why={error?.message ?? state?.error} expired={state?.status === "expired"} onAgain={onAgain} />
    );
  return (
    <div className="sign-in-code">
      <p>{words.enter}</p>
      <Group gap="md">
        <strong className="mono code-to-enter">
          <Copyable text={user_code} length={64} />
        </strong>
        <Anchor href={verification_url} target="_blank" rel="noopener noreferrer">
          {words.open} <IconExternalLink size={14} aria-hidden />
        </Anchor>
      </Group>
      <p role="status" className="state" data-tone="busy">
        <IconLoader2 size={16} className="spin" aria-hidden /> {words.waiting}
      </p>
      {expires_in_seconds && (
        <p className="soft">
          {words.expires} <TimeAgo at={new Date(at + expires_in_seconds * 1_000).toISOString()} />
        </p>
      )}
    </div>
  );
}

/** Asks until there is an end, as often as the service allows. */
function useSignInState({ sign_in, poll_interval_seconds }: Begun) {
  const { data, error } = useQuery({
    queryKey: ["sign-in", sign_in],
    queryFn: ({ signal }) =>
      request<SignInState>("/v1/credentials/sign-in/poll", { body: { sign_in }, signal }),
    refetchInterval: ({ state }) => {
      if (state.data && state.data.status !== "pending") return false;
      return poll_interval_seconds ? poll_interval_seconds * 1_000 : askAgainMs;
    },
    refetchOnWindowFocus: false,
    retry: 2,
  });
  return { state: data, error };
}

function Ended({
  why,
  expired,
  onAgain,
}: {
  why: string | undefined;
  expired: boolean;
  onAgain: () => void;
}) {
  return (
    <Notice tone="bad" title={expired ? words.expired : words.failed}>
      {why && <p>{why}</p>}
      <Button mt="xs" size="xs" onClick={onAgain}>
        {words.again}
      </Button>
    </Notice>
  );
}
