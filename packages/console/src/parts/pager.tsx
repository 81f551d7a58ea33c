import { Button, Group, Text } from "@mantine/core";
import { texts } from "../texts/texts.ts";

/** Pages of a list that the platform pages. */
export function Pager({
  page,
  total,
  size,
  onPage,
}: {
  page: number;
  total: number;
  size: number;
  onPage: (page: number) => void;
}) {
  const pages = Math.max(1, Math.ceil(total / size));
  if (pages === 1) return null;
  return (
    <Group justify="flex-end" mt="sm" gap="xs">
      <Text size="sm" c="dimmed">
        {texts.common.page(page, pages)}
      </Text>
      <Button variant="default" size="xs" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        {texts.common.newer}
      </Button>
      <Button variant="default" size="xs" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        {texts.common.older}
      </Button>
    </Group>
  );
}
