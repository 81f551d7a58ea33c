import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";
import { useCopied } from "./use-copied.ts";

/** Copies a text, and says that it did. */
export function CopyButton({
  text,
  label,
  hint = label,
  icon: Icon = IconCopy,
  size = "sm",
  tabIndex,
}: {
  /** Asked for when it is copied: a large value is not written out each time it is drawn. */
  text: () => string;
  label: string;
  /** Shown beside the pointer. */
  hint?: string;
  icon?: typeof IconCopy;
  size?: "xs" | "sm";
  tabIndex?: number;
}) {
  const { copied, copy } = useCopied();
  return (
    <Tooltip label={copied ? texts.common.copied : hint}>
      <ActionIcon
        size={size}
        variant="subtle"
        color="gray"
        aria-label={label}
        {...(tabIndex !== undefined && { tabIndex })}
        onClick={(event) => {
          event.stopPropagation();
          copy(text());
        }}
      >
        {copied ? <IconCheck size={14} /> : <Icon size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
