/** How points are coloured: the value of each and the colours these values stand for. */

import type { Group, Points } from "../types";

export const COLOURINGS = { group: "Group", confidence: "Confidence", change: "Change" } as const;
export type Colouring = keyof typeof COLOURINGS;

/** From doubtful to sure; readable to those who do not tell red from green, on light and on dark. */
export const RAMP = ["#d1495b", "#d98a4a", "#c9b458", "#5aa68f", "#1f7a8c"];
export const STILL = "#9aa0a8";
export const MOVED = "#e0592a";
const UNKNOWN = "#888888";

/** The rows that are drawn: those whose files are there. */
export function drawnRows(points: Points): number[] {
  const rows: number[] = [];
  points.group.forEach((group, row) => {
    if (group >= 0) rows.push(row);
  });
  return rows;
}

/** Places within -1 and 1 on both axes, of the rows given; the map keeps its proportions. */
export function normalised(points: Points, rows: readonly number[]): { x: number[]; y: number[] } {
  const at = (axis: 0 | 1) => rows.map((row) => points.places[2 * row + axis] ?? 0);
  const [xs, ys] = [at(0), at(1)];
  const [middleX, reachX] = span(xs);
  const [middleY, reachY] = span(ys);
  const reach = Math.max(reachX, reachY, 1e-9) * 1.04; // so that no point is cut by the edge
  return { x: xs.map((x) => (x - middleX) / reach), y: ys.map((y) => (y - middleY) / reach) };
}

/** Middle of some numbers and how far they reach from it. */
function span(values: readonly number[]): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length ? [(least + most) / 2, (most - least) / 2] : [0, 1];
}

export interface Coloured {
  values: number[];
  continuous: boolean;
  colours: string[];
}

export function coloured(points: Points, rows: readonly number[], groups: readonly Group[], by: Colouring): Coloured {
  if (by === "confidence") {
    return { values: rows.map((row) => (points.confidence[row] ?? 0) / 255), continuous: true, colours: RAMP };
  }
  if (by === "change") {
    return { values: rows.map((row) => points.changed[row] ?? 0), continuous: false, colours: [STILL, MOVED] };
  }
  const place = new Map(groups.map((group, index) => [group.number, index]));
  return {
    values: rows.map((row) => place.get(points.group[row] ?? -1) ?? groups.length),
    continuous: false,
    colours: [...groups.map((group) => group.colour ?? UNKNOWN), UNKNOWN],
  };
}
