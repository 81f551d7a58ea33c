import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { texts } from "../texts/texts.ts";

/** Long enough to read it and reach the button. */
const undoMs = 10_000;

/** What a person did has worked, and can be taken back for a while. */
export function sayUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    autoClose: undoMs,
    color: "green.8",
    message: (
      <Group justify="space-between" wrap="nowrap">
        {message}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {texts.common.undo}
        </Button>
      </Group>
    ),
  });
}
