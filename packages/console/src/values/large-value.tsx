import { Anchor, Button, Group } from "@mantine/core";
import type { LargeValue as Reference } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import { byteSize } from "../parts/format.ts";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/values.ts";
import { useOfRun } from "./of-run.ts";
import { ValueView } from "./value-view.tsx";

/** More than this a page would hold, but nobody would read. */
const mostShownBytes = 32_000_000;

/** A value that is kept apart because of its size: its beginning, all of it as a file, or here when it is asked for. */
export function LargeValue({ large }: { large: Reference }) {
  const run = useOfRun();
  const [wanted, setWanted] = useState(false);
  const address = `/v1/runs/${run}/values/${large.$large_value}`;
  const { data, error, isFetching } = useQuery({
    queryKey: ["large-values", address],
    queryFn: ({ signal }) => request<unknown>(address, { signal }),
    enabled: wanted && run !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  if (data !== undefined) return <ValueView value={data} run={run} label={texts.value} />;
  return (
    <div>
      <div className="value-text">{large.preview}…</div>
      {error && <Notice tone="bad" title={error.message} />}
      <Group gap="sm" mt={6}>
        {run === undefined ? (
          <span className="soft">{byteSize(large.size)}</span>
        ) : (
          <Anchor href={address} download={`${large.$large_value.slice(0, 12)}.json`} inherit>
            {texts.whole(byteSize(large.size))}
          </Anchor>
        )}
        {run !== undefined && large.size <= mostShownBytes && (
          <Button size="compact-xs" variant="default" loading={isFetching} onClick={() => setWanted(true)}>
            {texts.showHere}
          </Button>
        )}
      </Group>
    </div>
  );
}
