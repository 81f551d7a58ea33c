/** What was copied here last, for where the browser lets nobody read its clipboard. */
let last = "";

/** Browsers give no clipboard to pages that came unencrypted from another machine: there it goes as a marked text does. */
export async function copyText(text: string): Promise<boolean> {
  last = text;
  if (!navigator.clipboard) return copyMarked(text);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copyMarked(text),
  );
}

/** What is on the clipboard; where it may not be read, what was copied in this tab. */
export async function copiedText(): Promise<string> {
  return navigator.clipboard ? navigator.clipboard.readText().catch(() => last) : last;
}

function copyMarked(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  // Inside what holds the focus, as a dialog does.
  (focused?.closest("[role=dialog]") ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}
