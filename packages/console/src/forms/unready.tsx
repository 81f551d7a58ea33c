import { useEffect, useRef } from "react";

/** Keeps its form from being sent while there is a reason, which the browser says at the field that stands beside this. */
export function Unready({ reason }: { reason: string | undefined }) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const field = ref.current && fieldOf(ref.current);
    field?.setCustomValidity(reason ?? "");
    return () => field?.setCustomValidity("");
  });
  if (reason === undefined) return null;
  return (
    <input ref={ref} className="unready" tabIndex={-1} aria-hidden="true" value="" onChange={() => {}} />
  );
}

/** For a form that is not checked otherwise. @returns whether something keeps it from being sent, which is said then */
export function tellUnready(form: HTMLFormElement): boolean {
  const unready = form.querySelector<HTMLInputElement>("input.unready");
  if (unready) fieldOf(unready).reportValidity();
  return unready !== null;
}

/** Where one types on; itself where that is no field of the browser's, as a button that chooses a file. */
function fieldOf(unready: HTMLInputElement): HTMLInputElement | HTMLTextAreaElement {
  const fields = "textarea, input:not([type=file], [type=hidden], .unready)";
  return unready.parentElement?.querySelector<HTMLInputElement | HTMLTextAreaElement>(fields) ?? unready;
}
