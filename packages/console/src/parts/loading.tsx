import { Skeleton, Stack } from "@mantine/core";
import { texts } from "../texts/texts.ts";

/** As high as what will be there, so that nothing jumps. */
export function LoadingRows({ rows = 6, height = 36 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={1} aria-busy="true" aria-label={texts.common.loading} role="status">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have nothing else
        <Skeleton key={row} height={height} radius="xs" />
      ))}
    </Stack>
  );
}
