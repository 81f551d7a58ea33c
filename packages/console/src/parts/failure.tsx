import { Button } from "@mantine/core";
import { ApiError } from "../api/client.ts";
import { texts } from "../texts/texts.ts";
import { NoPermission } from "./admin-only.tsx";
import { Empty } from "./empty.tsx";
import { Notice } from "./notice.tsx";

/** Why something could not be read, in the platform's words, and what to do. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 403) return <NoPermission />;
  if (status === 404) return <Empty title={texts.common.notFound} text={error.message} />;
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <Notice tone="bad" title={texts.common.failed}>
      <p>{error.message}</p>
      {requestId && (
        <p className="soft">
          {texts.common.requestId} <span className="mono">{requestId}</span>
        </p>
      )}
      {retry && (
        <Button mt="xs" size="xs" variant="default" onClick={retry}>
          {texts.common.retry}
        </Button>
      )}
    </Notice>
  );
}
