import { Link } from "@tanstack/react-router";

/** Addresses that belong to one page, as tabs; `params` fills the `$id` in them. */
export function Tabs({
  label,
  tabs,
  params = {},
}: {
  label: string;
  tabs: readonly (readonly [to: string, label: string])[];
  params?: { id?: string };
}) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(([to, name]) => (
        <Link
          key={to}
          // Every address with an id has the same parameters: one of them stands for all.
          to={to as "/plugins/$id"}
          params={params as { id: string }}
          className="tab"
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
