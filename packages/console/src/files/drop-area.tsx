import { type DragEvent, type ReactNode, useState } from "react";
import { texts } from "../texts/files.ts";

/** A page onto which files can be dropped, wherever on it; it says so while some are held over it. */
export function DropArea({
  onFiles,
  children,
}: {
  onFiles: (files: readonly File[]) => void;
  children: ReactNode;
}) {
  const [over, setOver] = useState(false);
  const hold = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the button that uploads is for every hand
    <section className="drop-area" data-over={over} onDragOver={hold} onDragLeave={leave} onDrop={drop}>
      {children}
      {over && (
        <div className="drop-area-hint">
          <strong>{texts.dropHere}</strong>
        </div>
      )}
    </section>
  );
}
