import { IconPackage } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { texts } from "../texts/texts.ts";
import { packageEndings } from "./package-file.ts";

const words = texts.plugins.newOne;

/** Takes a package by mouse or by keyboard; the same file can be given again after it was changed. */
export function DropZone({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <>
      <button
        type="button"
        className="drop"
        data-over={over}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconPackage size={28} aria-hidden />
        <strong>{words.drop}</strong>
        <span className="soft">{words.dropHint}</span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={words.drop}
        accept={packageEndings.join(",")}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = "";
          if (file) onFile(file);
        }}
      />
    </>
  );
}
