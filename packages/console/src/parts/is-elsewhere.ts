/** Whether keys mean something else now: words in a field, or what an open dialog makes of them. */
export function isElsewhere(target: EventTarget | null): boolean {
  return isField(target) || document.querySelector("[role=dialog]") !== null;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
