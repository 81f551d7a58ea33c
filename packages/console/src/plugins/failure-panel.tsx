import { Button, Group } from "@mantine/core";
import type { Plugin, PluginFailure, Source } from "@noxus/contracts";
import { Link } from "@tanstack/react-router";
import { AdminOnly } from "../parts/admin-only.tsx";
import { Notice } from "../parts/notice.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";
import { FailureDetails } from "./failure-details.tsx";
import { NextAttempt } from "./next-attempt.tsx";
import { useAsk } from "./use-ask.ts";

const words = pluginPageTexts.failure;

/**
 * Why a plugin does not run, or why what was to take its place does not: the reason first, then what to do, what it
 * wrote last, and when it is tried again.
 */
export function FailurePanel({ plugin, failure }: { plugin: Plugin; failure: PluginFailure }) {
  const fetchesAgain = mayHaveMoved(plugin.source);
  const again = useAsk(plugin, fetchesAgain ? "reload" : "retry", words.asked);
  const { advice } = pluginPageTexts;
  const isTried = plugin.status === "installing" || plugin.status === "restarting";
  const goesOn = plugin.status === "running";
  return (
    <div className="wide">
      <Notice tone={goesOn ? "warn" : "bad"} title={failure.message}>
        {goesOn && <p>{words.goesOn}</p>}
        <p>{advice[failure.code] ?? advice[failure.stage]}</p>
        <p className="soft">
          {words.stages[failure.stage]} <TimeAgo at={failure.at} /> ·{" "}
          {isTried ? words.trying : <NextAttempt at={failure.nextAttemptAt} />}
        </p>
        <FailureDetails failure={failure} />
        <Group mt="xs" gap="sm">
          <AdminOnly>
            <Button size="xs" loading={again.isPending} disabled={isTried} onClick={() => again.mutate()}>
              {texts.plugins.tryNow}
            </Button>
            <span className="soft">{fetchesAgain ? words.fetchHint : words.startHint}</span>
          </AdminOnly>
          <Link to={"/plugins/$id/logs" as "/plugins/$id"} params={{ id: plugin.name }}>
            {words.toLogs}
          </Link>
        </Group>
      </Notice>
    </div>
  );
}

/** Whether fetching the source once more can bring something else. */
function mayHaveMoved(source: Source): boolean {
  if (source.type === "git") return source.commit === undefined;
  if (source.type === "marketplace") return source.version === undefined;
  return source.type === "local";
}
