import { Button } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader2,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import type { Credential } from "../api/credentials.ts";
import type { Tone } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";

const words = pluginPageTexts.integrations;

/** What is known of whether the plugin takes credentials; `unanswered`: it could not say. */
type Tested = keyof typeof words.tested;

const looks: Record<Tested, { tone: Tone; icon: typeof IconCircleCheck }> = {
  untested: { tone: "idle", icon: IconCircleDashed },
  testing: { tone: "busy", icon: IconLoader2 },
  good: { tone: "ok", icon: IconCircleCheck },
  refused: { tone: "bad", icon: IconCircleX },
  unanswered: { tone: "warn", icon: IconAlertTriangle },
};

/** Asks the plugin whether it takes stored credentials, and says what it answered. */
export function useCredentialTest({ id, name }: Credential) {
  const test = useMutation({
    mutationFn: () => request<{ ready: boolean }>(`/v1/credentials/${id}/test`, { method: "POST" }),
  });
  const tested = testedOf(test);
  const { tone, icon: Icon } = looks[tested];
  return {
    problem: test.error?.message,
    state: (
      <span role="status" className="state" data-tone={tone}>
        <Icon size={16} aria-hidden className={tested === "testing" ? "spin" : undefined} />
        {words.tested[tested]}
      </span>
    ),
    button: (
      <Button
        size="xs"
        variant="default"
        aria-label={words.testOf(name)}
        disabled={test.isPending}
        onClick={() => test.mutate()}
      >
        {words.test}
      </Button>
    ),
  };
}

/** Stored credentials, and what the plugin says of them when it is asked. */
export function CredentialTest({ credential }: { credential: Credential }) {
  const { state, button, problem } = useCredentialTest(credential);
  return (
    <li className="credential-row">
      <span>
        <strong>{credential.name}</strong>{" "}
        <span className="soft">
          <TimeAgo at={credential.updated_at} />
        </span>
      </span>
      {state}
      {button}
      {problem && <p className="soft">{problem}</p>}
    </li>
  );
}

function testedOf(test: {
  isPending: boolean;
  data?: { ready: boolean } | undefined;
  error: Error | null;
}): Tested {
  if (test.isPending) return "testing";
  if (test.error) return "unanswered";
  if (test.data) return test.data.ready ? "good" : "refused";
  return "untested";
}
