import { IconAlertTriangle, IconCircleX, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";

const icons = { bad: IconCircleX, warn: IconAlertTriangle, busy: IconInfoCircle };

/** Something that a person should know before the rest of the page. */
export function Notice({
  tone,
  title,
  children,
}: {
  tone: keyof typeof icons;
  title: string;
  children?: ReactNode;
}) {
  const Icon = icons[tone];
  return (
    <div className="notice" data-tone={tone} role="note">
      <Icon size={18} aria-hidden />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}
