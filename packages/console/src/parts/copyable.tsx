import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";

/** An id or another exact text, shortened for the eye and copied whole. */
export function Copyable({ text, length = 12 }: { text: string; length?: number }) {
  return (
    <span className={text.length > length ? "over-row nowrap" : "over-row"}>
      <span className="mono" title={text}>
        {text.length > length ? `${text.slice(0, length)}…` : text}
      </span>{" "}
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? texts.common.copied : texts.common.copy}>
            <ActionIcon
              size="xs"
              variant="subtle"
              color="gray"
              onClick={copy}
              aria-label={`${texts.common.copy} ${text}`}
            >
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  );
}
