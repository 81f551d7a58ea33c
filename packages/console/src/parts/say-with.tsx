import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";

/** Long enough to read it and reach the button. */
const readMs = 10_000;

/** Says what has happened, and offers for a while what can be done about it: to take it back, most of the time. */
export function sayWith(message: string, action: string, act: () => void): void {
  const id = notifications.show({
    autoClose: readMs,
    color: "green.8",
    message: (
      <Group justify="space-between" wrap="nowrap">
        {message}
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            act();
          }}
        >
          {action}
        </Button>
      </Group>
    ),
  });
}
