import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { callLogQuery } from "../api/call-log.ts";
import { meQuery } from "../api/queries.ts";
import type { NodeRun } from "../api/runs.ts";
import { Asked } from "../parts/asked.tsx";
import { LogLines } from "../plugins/log-lines.tsx";
import { type LogLine, useLogStream } from "../plugins/log-stream.ts";
import { isOfCall, type LoggedCall } from "../plugins/of-call.ts";
import { texts } from "../texts/runs.ts";

/** A busy plugin has written much since. */
const linesLookedAt = 5_000;

/**
 * What the plugin wrote in one call, or in all calls of a node that had several, since plugins do not say which: at once
 * where it failed or goes on, else when it is asked for. Of administrators.
 */
export function CallLog({
  run,
  call,
  plugin,
  isOneOfMany = false,
}: {
  run: string;
  call: NodeRun;
  plugin: string;
  isOneOfMany?: boolean;
}) {
  const { data: me } = useQuery(meQuery);
  const goesOn = call.finished_at === null;
  const [open, setOpen] = useState(goesOn || call.status === "failed");
  // What was followed is followed on: the last lines come after the call's end.
  const [live] = useState(goesOn);
  if (!me?.tenant_admin) return null;
  const logged: LoggedCall = {
    run,
    node: call.node_id,
    from: call.started_at ?? undefined,
    until: call.finished_at ?? undefined,
  };
  return (
    <section className="call-log" aria-label={texts.log}>
      <div className="call-facts">
        <h3>{isOneOfMany ? texts.logOfMany : texts.log}</h3>
        {!open && (
          <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
            {texts.showLog}
          </Button>
        )}
        <Link to="/plugins/$id/logs" params={{ id: plugin }} search={logged}>
          {texts.pluginLog}
        </Link>
      </div>
      {open && live && <LiveLog plugin={plugin} call={logged} />}
      {open && !live && <PastLog plugin={plugin} call={logged} />}
    </section>
  );
}

function LiveLog({ plugin, call }: { plugin: string; call: LoggedCall }) {
  const { lines } = useLogStream(plugin, linesLookedAt);
  const nothing = call.until === undefined ? texts.nothingYet : texts.nothingWritten;
  return <Lines lines={lines.filter((line) => isOfCall(line, call))} follow nothing={nothing} />;
}

function PastLog({ plugin, call }: { plugin: string; call: LoggedCall }) {
  const query = useQuery(callLogQuery(plugin, call, linesLookedAt));
  return (
    <Asked query={query} rows={2}>
      {(lines) => <Lines lines={lines} follow={false} nothing={texts.nothingWritten} />}
    </Asked>
  );
}

function Lines({ lines, follow, nothing }: { lines: LogLine[]; follow: boolean; nothing: string }) {
  if (lines.length === 0) return <p className="soft">{nothing}</p>;
  return <LogLines lines={lines} follow={follow} />;
}
