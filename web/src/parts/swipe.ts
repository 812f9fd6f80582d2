import { type PointerEvent, useState } from "react";

/** Pixels a finger must travel before it counts. */
const FAR = 72;

interface Swipe {
  offset: number;
  leaning: "left" | "right" | "";
  handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
  };
}

/** Follow a finger (not a mouse, which would get in the way of selecting) and tell when it went far enough. */
export function useSwipe(onLeft: () => void, onRight: () => void): Swipe {
  const [start, setStart] = useState<number | null>(null);
  const [offset, setOffset] = useState(0);
  const reset = () => {
    setStart(null);
    setOffset(0);
  };
  return {
    offset,
    leaning: offset > FAR ? "right" : offset < -FAR ? "left" : "",
    handlers: {
      onPointerDown: (event) => {
        if (event.pointerType !== "mouse") setStart(event.clientX);
      },
      onPointerMove: (event) => {
        if (start !== null) setOffset(event.clientX - start);
      },
      onPointerUp: () => {
        if (offset > FAR) onRight();
        else if (offset < -FAR) onLeft();
        reset();
      },
      // The browser took the gesture for scrolling.
      onPointerCancel: reset,
    },
  };
}
