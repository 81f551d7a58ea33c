import { Button, Group, Progress } from "@mantine/core";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/files.ts";
import { leaveUpload, sendFiles, type Upload, useUploads } from "./sending.ts";

/** Files on their way, and those that did not arrive. */
export function Uploads() {
  const uploads = useUploads();
  if (uploads.length === 0) return null;
  return (
    <div className="notices">
      {uploads.map((upload) =>
        upload.error === undefined ? (
          <OnItsWay key={upload.id} upload={upload} />
        ) : (
          <NotArrived key={upload.id} upload={upload} />
        ),
      )}
    </div>
  );
}

function OnItsWay({ upload: { file, percent, stop } }: { upload: Upload }) {
  const said = texts.sending(file.name, percent);
  return (
    <Group gap="sm" align="end" wrap="nowrap">
      <div className="upload-progress">
        <span className="soft">{said}</span>
        <Progress value={percent} size="sm" aria-label={said} />
      </div>
      <Button size="compact-xs" variant="default" aria-label={texts.stopNamed(file.name)} onClick={stop}>
        {texts.stop}
      </Button>
    </Group>
  );
}

function NotArrived({ upload: { id, file, error } }: { upload: Upload }) {
  const again = () => {
    leaveUpload(id);
    void sendFiles([file]);
  };
  return (
    <Notice tone="bad" title={texts.failed(file.name)}>
      <p>{error}</p>
      <Group gap="xs" mt="xs">
        <Button size="xs" onClick={again}>
          {texts.again}
        </Button>
        <Button size="xs" variant="default" onClick={() => leaveUpload(id)}>
          {texts.dismiss}
        </Button>
      </Group>
    </Notice>
  );
}
