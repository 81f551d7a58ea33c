import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { Empty } from "../parts/empty.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/texts.ts";

export function NotFound() {
  return <Empty title={texts.common.notFound} text={window.location.pathname} />;
}

/** A fault of the console itself, or files of an older build that are gone. */
export function Crash({ error }: ErrorComponentProps) {
  return (
    <main className="content">
      <Notice tone="bad" title={texts.common.crash}>
        <p>{error instanceof Error ? error.message : String(error)}</p>
        <Button mt="xs" size="xs" variant="default" onClick={() => window.location.reload()}>
          {texts.common.reload}
        </Button>
      </Notice>
    </main>
  );
}
