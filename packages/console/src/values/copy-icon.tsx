import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";
import { asText } from "./value-kind.ts";

/** Copies a value: a text as it is, anything else as JSON. */
export function CopyIcon({ value, label, tabIndex }: { value: unknown; label: string; tabIndex?: number }) {
  return (
    <CopyButton value={asText(value)}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? texts.common.copied : label}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={label}
            {...(tabIndex !== undefined && { tabIndex })}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
