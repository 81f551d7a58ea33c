import { Button } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { Empty } from "../parts/empty.tsx";
import { Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { texts } from "../texts/texts.ts";

/** An address that leads nowhere; the way out is one that leads somewhere. */
export function NotFound() {
  return (
    <main className="content">
      <Page title={texts.common.notFound}>
        <Empty title={texts.common.noPage} text={window.location.pathname}>
          <Button renderRoot={(props) => <Link to="/workflows" {...props} />}>{texts.common.home}</Button>
        </Empty>
      </Page>
    </main>
  );
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
