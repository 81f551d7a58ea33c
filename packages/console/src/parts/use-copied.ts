import { useEffect, useState } from "react";
import { copyText } from "./clipboard.ts";

const saidMs = 1_500;

/** Copies a text, and tells for a moment that it did. */
export function useCopied() {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(setCopied, saidMs, false);
    return () => clearTimeout(timer);
  }, [copied]);
  return { copied, copy: (text: string) => void copyText(text).then(setCopied) };
}
