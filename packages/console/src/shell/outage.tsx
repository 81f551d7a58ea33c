import { IconPlugConnectedX } from "@tabler/icons-react";
import { useConnectionState } from "../api/changes.ts";
import { texts } from "../texts/texts.ts";

/** Says that what is seen may be old, until the platform answers again. */
export function Outage() {
  const lost = useConnectionState() === "lost";
  return (
    <div role="status">
      {lost && (
        <div className="outage">
          <IconPlugConnectedX size={18} aria-hidden />
          {texts.connection.lost}
        </div>
      )}
    </div>
  );
}
