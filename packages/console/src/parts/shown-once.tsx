import { Button, Group, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { texts } from "../texts/texts.ts";
import { useCopied } from "./use-copied.ts";

/** A text that will not be seen again, to be copied now. */
export function ShownOnce({ label, text, hint }: { label: string; text: string; hint?: string }) {
  const { copied, copy } = useCopied();
  return (
    <Group align="end" wrap="nowrap" gap="xs">
      <TextInput
        flex={1}
        readOnly
        label={label}
        description={hint}
        value={text}
        classNames={{ input: "mono" }}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <Button
        variant="default"
        leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        onClick={() => copy(text)}
        aria-label={`${texts.common.copy} ${label}`}
      >
        {copied ? texts.common.copied : texts.common.copy}
      </Button>
    </Group>
  );
}
