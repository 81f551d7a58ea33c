import { Outlet } from "@tanstack/react-router";
import { Page } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { texts } from "../texts/settings.ts";

/** The settings; the tabs are addresses. */
export function Settings() {
  const { tabs } = texts;
  const all = [
    ["/settings", tabs.general],
    ["/settings/workspaces", tabs.workspaces],
    ["/settings/programs", tabs.programs],
  ] as const;
  return (
    <Page title={texts.title}>
      <Tabs label={texts.title} tabs={all} />
      <Outlet />
    </Page>
  );
}
