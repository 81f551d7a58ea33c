import { spotlight } from "@mantine/spotlight";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isElsewhere } from "../parts/is-elsewhere.ts";
import { places } from "./rail.tsx";

/** How long after `g` a letter still means a place. */
const chordMs = 1_000;

/** Ctrl-K opens the search; `g` and a letter go to a place and `?` asks for the keys, except while somebody types or a dialog is open. */
export function useKeys(onHelp: () => void): void {
  const navigate = useNavigate();
  const chordAt = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isSearch(event)) {
        event.preventDefault();
        return spotlight.open();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return;
      if (event.key === "?") return onHelp();
      const place = places.find(({ key }) => key === event.key);
      if (place && Date.now() - chordAt.current < chordMs) void navigate({ to: place.to });
      chordAt.current = event.key === "g" ? Date.now() : 0;
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, onHelp]);
}

function isSearch({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && key.toLowerCase() === "k";
}
