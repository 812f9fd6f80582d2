import { type RefObject, useLayoutEffect, useState } from "react";

const GAP = 10;
const CAPTION = 26;

/** How many tiles stand in a line of the gallery, and how tall the line is with its gap; it follows the width. */
export function useColumns(box: RefObject<HTMLElement | null>, texts: boolean): { columns: number; height: number } {
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth || 800);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  const narrow = width < 500;
  const least = texts ? (narrow ? 300 : 260) : narrow ? 104 : 136;
  const columns = Math.max(1, Math.floor((width + GAP) / (least + GAP)));
  const side = (width - GAP * (columns - 1)) / columns;
  return { columns, height: Math.floor((texts ? 116 : side) + CAPTION + GAP) };
}
