import { useEffect, useRef } from "react";

/** Keeps its form from being sent while there is a reason, which the browser says at this place. */
export function Unready({ reason }: { reason: string | undefined }) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => ref.current?.setCustomValidity(reason ?? ""));
  if (reason === undefined) return null;
  return (
    <input ref={ref} className="unready" tabIndex={-1} aria-hidden="true" value="" onChange={() => {}} />
  );
}

/** For a form that is not checked otherwise. @returns whether something keeps it from being sent, which is said then */
export function tellUnready(form: HTMLFormElement): boolean {
  const unready = form.querySelector<HTMLInputElement>("input.unready");
  unready?.reportValidity();
  return unready !== null;
}
