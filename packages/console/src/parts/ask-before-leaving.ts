import { useEffect } from "react";

/** Has the browser ask before it leaves or reloads the page. @returns ends that */
export function askBeforeLeaving(): () => void {
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  window.addEventListener("beforeunload", ask);
  return () => window.removeEventListener("beforeunload", ask);
}

/** The same as long as something is unsaved. */
export function useAskBeforeLeaving(unsaved: boolean): void {
  useEffect(() => (unsaved ? askBeforeLeaving() : undefined), [unsaved]);
}
