import { Link } from "@tanstack/react-router";
import { texts } from "../texts/runs.ts";

/** What can be done about an error, and the way there; nothing where only its own words help. */
export function WayOut({ code, plugin }: { code: string; plugin: string | undefined }) {
  const hint = texts.hints[code];
  if (hint === undefined) return null;
  return (
    <p>
      {hint} <Way code={code} plugin={plugin} />
    </p>
  );
}

function Way({ code, plugin }: { code: string; plugin: string | undefined }) {
  if (code === "credential_missing") return <Link to="/credentials">{texts.toCredentials}</Link>;
  if (plugin === undefined || !code.startsWith("plugin_")) return null;
  const to = code === "plugin_missing_config" ? "/plugins/$id/configuration" : "/plugins/$id";
  return (
    <Link to={to as "/plugins/$id"} params={{ id: plugin }}>
      {texts.toPlugin}
    </Link>
  );
}
