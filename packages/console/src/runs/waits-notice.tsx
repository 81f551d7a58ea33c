import { IconUserQuestion } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { openWaitsQuery } from "../api/runs.ts";
import { texts } from "../texts/runs.ts";

/** How many runs wait for somebody to decide, where any do; leads to where one decides. */
export function WaitsNotice() {
  const { data } = useQuery(openWaitsQuery);
  const count = new Set(data?.items.map(({ run_id }) => run_id)).size;
  if (count === 0) return null;
  return (
    <Link to="/runs/waits" className="state" data-tone="warn">
      <IconUserQuestion size={16} aria-hidden />
      {texts.waitForYou(count)}
    </Link>
  );
}
