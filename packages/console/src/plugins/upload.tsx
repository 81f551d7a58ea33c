import { Button, Group, Progress, Stack } from "@mantine/core";
import type { Plugin, PluginPreview } from "@noxus/contracts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ApiError } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { sendFile } from "../api/send-file.ts";
import { byteSize } from "../parts/format.ts";
import { LoadingRows } from "../parts/loading.tsx";
import { Notice } from "../parts/notice.tsx";
import { marketplaceTexts } from "../texts/marketplace.ts";
import { texts } from "../texts/texts.ts";
import { DropZone } from "./drop-zone.tsx";
import { whyNoPackage } from "./package-file.ts";
import { SourcePreview } from "./source-preview.tsx";

const words = marketplaceTexts.upload;
type OnDone = (plugin: Plugin) => Promise<void>;

interface Given {
  file: File;
  /** Each time that a file is given is looked at anew, also the same one. */
  turn: number;
  problem: string | undefined;
}

/** Installs a package that somebody drops or chooses. It shows what is inside; one need not wait for that. */
export function Upload({ onDone }: { onDone: OnDone }) {
  const [given, setGiven] = useState<Given>();
  const take = (file: File) =>
    setGiven((before) => ({ file, turn: (before?.turn ?? 0) + 1, problem: whyNoPackage(file) }));
  return (
    <Stack>
      <DropZone onFile={take} />
      {given?.problem && <Notice tone="bad" title={given.problem} />}
      {given && !given.problem && <Package key={given.turn} file={given.file} onDone={onDone} />}
    </Stack>
  );
}

function Package({ file, onDone }: { file: File; onDone: OnDone }) {
  const [percent, setPercent] = useState(0);
  const installation = useMutation({
    mutationFn: () => sendFile<Plugin>("/v1/plugins/upload", file, { onPercent: setPercent }),
    onMutate: () => look.giveUp(),
    onSuccess: onDone,
  });
  const look = useLook(file, installation.isIdle);
  const error = installation.error ?? look.query.error;
  // No package at all; where nobody could look, installing may still work.
  const isNone = look.query.error instanceof ApiError && look.query.error.status === 422;
  return (
    <>
      <Group justify="space-between">
        <span>
          <strong>{file.name}</strong> <span className="soft">{byteSize(file.size)}</span>
        </span>
        <Button loading={installation.isPending} disabled={isNone} onClick={() => installation.mutate()}>
          {texts.plugins.newOne.submit}
        </Button>
      </Group>
      {installation.isPending && <Sending percent={percent} />}
      {look.query.isFetching && <Sending percent={look.percent} looking />}
      {error && <Notice tone="bad" title={error.message} />}
      {look.query.data && <SourcePreview preview={look.query.data} />}
      {look.query.isFetching && <LoadingRows rows={6} height={24} />}
    </>
  );
}

/** Looks inside, once; nothing of it stays on the platform, also where it is given up. */
function useLook(file: File, isWanted: boolean) {
  const [percent, setPercent] = useState(0);
  const queryKey = ["package-preview", useId()];
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      sendFile<PluginPreview>("/v1/plugins/upload/preview", file, { onPercent: setPercent, signal }),
    enabled: isWanted,
    // Sent once: what a file holds does not change by itself.
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    gcTime: 0,
    retry: false,
  });
  return { query, percent, giveUp: () => queryClient.cancelQueries({ queryKey }) };
}

function Sending({ percent, looking = false }: { percent: number; looking?: boolean }) {
  const isSent = percent >= 100;
  const label = isSent ? (looking ? words.looking : words.sent) : texts.plugins.newOne.uploading(percent);
  return (
    <div>
      <span role="status">{label}</span>
      <Progress value={percent} animated={isSent} aria-label={label} />
    </div>
  );
}
