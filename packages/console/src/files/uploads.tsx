import { Button, Group, Progress } from "@mantine/core";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/files.ts";
import type { Upload } from "./use-uploads.ts";

/** Files on their way, and those that did not arrive. */
export function Uploads({
  uploads,
  onAgain,
  onLeave,
}: {
  uploads: readonly Upload[];
  onAgain: (upload: Upload) => void;
  onLeave: (id: number) => void;
}) {
  if (uploads.length === 0) return null;
  return (
    <div className="notices">
      {uploads.map((upload) =>
        upload.error === undefined ? (
          <OnItsWay key={upload.id} upload={upload} />
        ) : (
          <Notice key={upload.id} tone="bad" title={texts.failed(upload.file.name)}>
            <p>{upload.error}</p>
            <Group gap="xs" mt="xs">
              <Button size="xs" onClick={() => onAgain(upload)}>
                {texts.again}
              </Button>
              <Button size="xs" variant="default" onClick={() => onLeave(upload.id)}>
                {texts.dismiss}
              </Button>
            </Group>
          </Notice>
        ),
      )}
    </div>
  );
}

function OnItsWay({ upload: { file, percent } }: { upload: Upload }) {
  const said = texts.sending(file.name, percent);
  return (
    <div>
      <span className="soft">{said}</span>
      <Progress value={percent} size="sm" aria-label={said} />
    </div>
  );
}
