import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { holdQuery, meQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Notice } from "../parts/notice.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";

const words = texts.plugins.hold;

/** Says, while all plugins are held, why and since when, and lets an administrator end it. */
export function HoldNotice() {
  const { data: me } = useQuery(meQuery);
  const { data } = useQuery(holdQuery);
  const end = useMutation({
    mutationFn: () => request("/v1/plugin-hold", { method: "DELETE" }),
    onSuccess: () => sayDone(words.ended),
    onError: sayFailed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: holdQuery.queryKey }),
  });
  if (!data?.hold) return null;
  return (
    <div className="notices">
      <Notice tone="warn" title={words.title}>
        <p>{data.hold.reason}</p>
        <p className="soft">
          {words.text} <TimeAgo at={data.hold.since} />
        </p>
        {me?.tenant_admin && (
          <Button mt="xs" size="xs" loading={end.isPending} onClick={() => end.mutate()}>
            {words.end}
          </Button>
        )}
      </Notice>
    </div>
  );
}
