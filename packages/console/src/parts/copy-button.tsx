import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { texts } from "../texts/texts.ts";
import { copyText } from "./clipboard.ts";

const saidMs = 1_500;

/** Copies a text, and says that it did. */
export function CopyButton({
  text,
  label,
  hint = label,
  icon: Icon = IconCopy,
  size = "sm",
  tabIndex,
}: {
  text: string;
  label: string;
  /** Shown beside the pointer. */
  hint?: string;
  icon?: typeof IconCopy;
  size?: "xs" | "sm";
  tabIndex?: number;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(setCopied, saidMs, false);
    return () => clearTimeout(timer);
  }, [copied]);
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
          void copyText(text).then(setCopied);
        }}
      >
        {copied ? <IconCheck size={14} /> : <Icon size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
