import { Link, Outlet } from "@tanstack/react-router";
import { Page } from "../parts/page.tsx";
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
      <nav className="tabs" aria-label={texts.title}>
        {all.map(([to, label]) => (
          <Link key={to} to={to} className="tab" activeOptions={{ exact: true }}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
