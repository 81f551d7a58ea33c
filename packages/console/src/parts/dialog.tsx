import { Modal, type ModalProps } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from "react";
import { texts } from "../texts/texts.ts";

type DialogProps = Omit<ModalProps, "opened" | "closeButtonProps"> & { opened?: boolean };

/** A window over the page. Its first field has the focus, so that one can type at once; Ctrl-Enter sends its form, Escape closes it. */
export function Dialog({ opened = true, children, ...props }: DialogProps) {
  return (
    <Modal
      opened={opened}
      closeButtonProps={{ "aria-label": texts.common.close }}
      // Tells the canvas that Delete and its kin are not for it.
      classNames={{ content: "nokey" }}
      {...props}
    >
      <FirstFocus>{children}</FirstFocus>
    </Modal>
  );
}

const fields = ["input:not([type=radio], [type=file], [type=hidden], .unready)", "textarea", "select"]
  .map((field) => `${field}:not([disabled])`)
  .join();

/** From a field of several lines too, where Enter alone begins a new one. */
function onKeyDown({ key, ctrlKey, metaKey, target }: KeyboardEvent): void {
  if (key === "Enter" && (ctrlKey || metaKey)) (target as HTMLElement).closest("form")?.requestSubmit();
}

/** Marks what is to have the focus; the window's focus trap looks for that right after. */
function FirstFocus({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector(fields)?.setAttribute("data-autofocus", ""), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a key of the fields in it, not of its own
    <div ref={box} onKeyDown={onKeyDown}>
      {children}
    </div>
  );
}
