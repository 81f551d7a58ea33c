import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { texts } from "../texts/texts.ts";

export async function openSession(proof: { key: string } | { code: string }): Promise<void> {
  await request("/v1/session", { body: proof });
  await queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "sign-in-link" });
}

/** What asks one thing only has the focus. */
function focus(input: HTMLInputElement | null): void {
  input?.focus();
}

/** Asks for a key, and signs in with it. */
export function KeyForm({ problem }: { problem?: Error | undefined }) {
  const [key, setKey] = useState("");
  const signIn = useMutation({ mutationFn: () => openSession({ key }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const error = signIn.error ?? problem;
  return (
    <form onSubmit={submit}>
      <Stack>
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
  );
}
