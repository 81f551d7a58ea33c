import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { texts } from "../texts/texts.ts";
import { Dialog } from "./dialog.tsx";

/** Asks before what cannot be undone, and says what it does. */
export function Confirm({
  opened,
  title,
  action,
  busy,
  disabled,
  onConfirm,
  onClose,
  children,
}: {
  opened: boolean;
  title: string;
  action: string;
  busy?: boolean;
  /** While something is to be done first. */
  disabled?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      {children}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose}>
          {texts.common.cancel}
        </Button>
        <Button color="red.8" autoContrast={false} loading={busy} disabled={disabled} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
