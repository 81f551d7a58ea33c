import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { meQuery } from "../api/queries.ts";
import { texts } from "../texts/texts.ts";
import { Empty } from "./empty.tsx";

/** What only an administrator's key can do is shown to no other; `instead` says so where a whole page is meant. */
export function AdminOnly({ instead = null, children }: { instead?: ReactNode; children: ReactNode }) {
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  return me.tenant_admin ? children : instead;
}

/** Why a page is not there for this key, and whom to ask. */
export function NoPermission() {
  return <Empty title={texts.common.noPermission} text={texts.common.noPermissionText} />;
}
