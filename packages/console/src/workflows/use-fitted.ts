import { getViewportForBounds, type Viewport } from "@xyflow/react";
import { type RefObject, useLayoutEffect, useState } from "react";

/** Never larger than life; the least zoom is that of the picture. */
const zoom = { least: 0.1, most: 1 };
/** Of the frame's size, on each side. */
const padding = 0.15;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The view of a picture that shows all of it, once its frame has a size: known before anything is drawn, so that the first
 * frame is right. Later changes of either leave the view to who looks.
 */
export function useFitted(frame: RefObject<HTMLElement | null>, boxes: readonly Box[]): Viewport | undefined {
  const [view, setView] = useState<Viewport>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: only at first
  useLayoutEffect(() => {
    const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
    const bounds = around(boxes);
    setView(getViewportForBounds(bounds, clientWidth, clientHeight, zoom.least, zoom.most, padding));
  }, []);
  return view;
}

function around(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}
