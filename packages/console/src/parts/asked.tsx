import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "./failure.tsx";
import { LoadingRows } from "./loading.tsx";

/** What was asked of the platform: a skeleton until it is there, the error where it failed, else its content. */
export function Asked<T>({
  query,
  rows,
  children,
}: {
  query: UseQueryResult<T, Error>;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <LoadingRows rows={rows} />;
}
