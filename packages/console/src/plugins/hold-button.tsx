import { Button } from "@mantine/core";
import { IconPlayerPause } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { holdQuery, meQuery } from "../api/queries.ts";
import { texts } from "../texts/texts.ts";

// Seldom wanted, and a dialog is a good part of a first page's size.
const HoldDialog = lazy(() => import("./hold-dialog.tsx"));

/** Lets an administrator hold all plugins, while they are not. */
export function HoldButton() {
  const { data: me } = useQuery(meQuery);
  const { data } = useQuery(holdQuery);
  const [asking, setAsking] = useState(false);
  const isKnown = me !== undefined && data !== undefined;
  if (isKnown && (!me.tenant_admin || data.hold)) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerPause size={16} />}
        // Its place is kept until it is known whether it is for this person.
        style={isKnown ? undefined : { visibility: "hidden" }}
        onClick={() => setAsking(true)}
      >
        {texts.plugins.hold.button}
      </Button>
      <Suspense>{asking && <HoldDialog onClose={() => setAsking(false)} />}</Suspense>
    </>
  );
}
