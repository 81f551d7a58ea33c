import { Divider, Text } from "@mantine/core";
import { Notice } from "../parts/notice.tsx";
import { type ControlProps, textOf } from "./control.ts";

export function DividerDisplay({ field }: ControlProps) {
  return <Divider label={textOf(field.options.label)} labelPosition="left" />;
}

export function BannerDisplay({ field }: ControlProps) {
  const tones = { error: "bad", warning: "warn" } as const;
  const tone = tones[field.options.style as keyof typeof tones] ?? "busy";
  return <Notice tone={tone} title={textOf(field.options.label)} />;
}

export function TextDisplay({ field }: ControlProps) {
  const { title, text, small_text } = field.options;
  return (
    <div>
      {textOf(title) && <Text fw={600}>{textOf(title)}</Text>}
      {textOf(text) && <Text size="sm">{textOf(text)}</Text>}
      {textOf(small_text) && (
        <Text size="xs" c="dimmed">
          {textOf(small_text)}
        </Text>
      )}
    </div>
  );
}
