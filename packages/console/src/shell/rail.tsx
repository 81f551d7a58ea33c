import { spotlight } from "@mantine/spotlight";
import {
  IconFiles,
  IconKey,
  IconPlayerPlay,
  IconPuzzle,
  IconSearch,
  IconSettings,
  IconSitemap,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { texts } from "../texts/texts.ts";
import mark from "../theme/mark.svg";

/** The places of the console, in the rail, the palette and behind `g` and a letter. */
export const places = [
  { to: "/workflows", key: "w", label: texts.rail.workflows, icon: IconSitemap },
  { to: "/runs", key: "r", label: texts.rail.runs, icon: IconPlayerPlay },
  { to: "/plugins", key: "p", label: texts.rail.plugins, icon: IconPuzzle },
  { to: "/credentials", key: "c", label: texts.rail.credentials, icon: IconKey },
  { to: "/files", key: "f", label: texts.rail.files, icon: IconFiles },
  { to: "/settings", key: "s", label: texts.rail.settings, icon: IconSettings },
] as const;

export function Rail() {
  return (
    <nav className="rail" aria-label={texts.rail.label}>
      <img className="rail-mark" src={mark} alt={texts.product} />
      {places.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className="rail-link" activeOptions={{ includeSearch: false }}>
          <Icon size={20} stroke={1.6} aria-hidden />
          {label}
        </Link>
      ))}
      <span className="rail-space" />
      <button type="button" className="rail-button" onClick={spotlight.open}>
        <IconSearch size={20} stroke={1.6} aria-hidden />
        {texts.rail.palette}
      </button>
    </nav>
  );
}
