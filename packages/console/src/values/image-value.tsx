import { useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { texts } from "../texts/values.ts";
import { type FileReference, fileAddress } from "./value-kind.ts";

/** A picture, small and in a frame that has its size before the picture is there; large when it is chosen. */
export function ImageValue({ file }: { file: FileReference }) {
  const [shown, setShown] = useState<"small" | "large" | "broken">("small");
  if (shown === "broken") return <span className="value-image soft">{texts.notDrawn}</span>;
  return (
    <>
      <button
        type="button"
        className="value-image"
        aria-label={texts.enlarge(file.name)}
        onClick={() => setShown("large")}
      >
        <img src={fileAddress(file)} alt="" loading="lazy" onError={() => setShown("broken")} />
      </button>
      <Dialog
        opened={shown === "large"}
        onClose={() => setShown("small")}
        title={file.name}
        size="auto"
        yOffset="4vh"
      >
        <img className="value-image-large" src={fileAddress(file)} alt={file.name} />
      </Dialog>
    </>
  );
}
