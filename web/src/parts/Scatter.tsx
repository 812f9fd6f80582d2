import createScatterplot from "regl-scatterplot";
import { useEffect, useRef } from "react";
import type { Points } from "../types";
import { type Coloured, drawnRows, normalised } from "./colouring";

export interface Hovered {
  row: number;
  x: number;
  y: number;
  /** Whether there is more room above the point than below. */
  low: boolean;
}

interface Props {
  points: Points;
  coloured: (rows: readonly number[]) => Coloured;
  lasso: boolean;
  onHover: (hovered: Hovered | null) => void;
  /** One row for a click, many for a lasso. */
  onSelect: (rows: number[]) => void;
  onFail: (sentence: string) => void;
}

type Plot = ReturnType<typeof createScatterplot>;

/** The points, drawn by the graphics card. A mouse moves and zooms; with the lasso, or with shift held, it selects. */
export function Scatter({ points, coloured, lasso, onHover, onSelect, onFail }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<Plot | null>(null);
  const rows = useRef<number[]>([]);
  const size = useRef(points.group.length);
  const drawn = useRef<{ places: Float32Array | null; busy: Promise<unknown> }>({
    places: null,
    busy: Promise.resolve(),
  });
  // The plot is made once; what it calls is whatever the page wants now.
  const hear = useRef({ onHover, onSelect, onFail });
  hear.current = { onHover, onSelect, onFail };

  useEffect(() => {
    if (!canvas.current) return;
    const made = make(canvas.current, size.current > MANY, hear.current.onFail);
    if (!made) return;
    plot.current = made;
    made.subscribe("pointOver", (index: number) => {
      const row = rows.current[index];
      const [x, y] = made.getScreenPosition(index) ?? [0, 0];
      const middle = (canvas.current?.clientHeight ?? 0) / 2;
      if (row !== undefined) hear.current.onHover({ row, x, y, low: y > middle });
    });
    made.subscribe("pointOut", () => hear.current.onHover(null));
    made.subscribe("select", ({ points: chosen }: { points: number[] }) => {
      hear.current.onSelect(chosen.flatMap((index) => rows.current[index] ?? []));
      made.deselect({ preventEvent: true });
    });
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    const paint = () => made.set({ backgroundColor: ground() });
    scheme.addEventListener("change", paint);
    return () => {
      scheme.removeEventListener("change", paint);
      plot.current = null;
      drawn.current = { places: null, busy: Promise.resolve() };
      made.destroy();
    };
  }, []);

  useEffect(() => {
    plot.current?.set({ mouseMode: lasso ? "lasso" : "panZoom" });
  }, [lasso]);

  useEffect(() => {
    // One drawing at a time: the plot drops a call that comes while another runs.
    drawn.current.busy = drawn.current.busy.then(() => {
      if (plot.current) return draw(plot.current);
    });

    async function draw(made: Plot) {
      const shown = drawnRows(points);
      const same = samePlaces(drawn.current.places, points.places) && shown.length === rows.current.length;
      const { values, continuous, colours } = coloured(shown);
      made.set({ pointColor: colours, colorBy: "valueA", pointSize: sizeFor(shown.length) });
      const spatialIndex = same ? made.get("spatialIndex") : undefined;
      rows.current = shown;
      drawn.current.places = points.places;
      await made.draw(
        { ...normalised(points, shown), z: values },
        { zDataType: continuous ? "continuous" : "categorical", ...(spatialIndex ? { spatialIndex } : {}) },
      );
      canvas.current?.setAttribute("data-drawn", String(shown.length));
    }
  }, [points, coloured]);

  return <canvas ref={canvas} className="scatter" aria-hidden="true" />;
}

function make(canvas: HTMLCanvasElement, many: boolean, onFail: (sentence: string) => void): Plot | null {
  try {
    const made = createScatterplot({
      canvas,
      width: "auto",
      height: "auto",
      backgroundColor: ground(),
      opacity: 0.85,
      performanceMode: many,
      // The map is as high as the canvas; on a narrow one it is seen from further off, so that its sides are not cut.
      cameraDistance: Math.max(1, canvas.clientHeight / Math.max(1, canvas.clientWidth)),
      lassoColor: accent(),
      lassoOnLongPress: true,
      pointColorHover: accent(),
      pointSizeSelected: 0,
    });
    if (made.isSupported) return made;
    made.destroy();
  } catch {
    // No WebGL at all.
  }
  onFail("This browser cannot draw the map (it has no WebGL). The list below shows the same items.");
  return null;
}

const style = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const ground = () => style("--surface") || "#ffffff";
const accent = () => style("--accent") || "#0f6b5c";

/** Points from which on they are drawn as squares and without blending, which a slow graphics card needs. */
const MANY = 20_000;

const sizeFor = (n: number): number => (n < 3_000 ? 6 : n < 20_000 ? 4 : 2.5);

function samePlaces(before: Float32Array | null, now: Float32Array): boolean {
  return (
    before !== null && before.length === now.length && before.every((value, index) => Object.is(value, now[index]))
  );
}
