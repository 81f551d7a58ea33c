import { notifications } from "@mantine/notifications";

/** What a person did has worked. */
export function sayDone(message: string): void {
  notifications.show({ message, color: "green.8", autoClose: 4_000 });
}

/** What a person did was refused, in the platform's words. */
export function sayFailed(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({ message, color: "red.8", autoClose: 10_000 });
}
