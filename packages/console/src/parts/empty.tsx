import { Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What a list says when there is nothing: why, and the way on. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Title order={2}>{title}</Title>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}
