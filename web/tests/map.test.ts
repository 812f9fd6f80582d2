import { describe, expect, it } from "vitest";
import { getPoints } from "../src/api";
import { coloured, drawnRows, MOVED, normalised, STILL } from "../src/parts/colouring";
import { group, Studio } from "./studio";

/** As the studio sends them: (n, 2) float32, n int16, n uint8, n uint8, little-endian. */
function bytes(): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(36));
  [0, 0, 4, 2, 9, 9].forEach((value, place) => view.setFloat32(4 * place, value, true));
  [5, 7, -1].forEach((value, row) => view.setInt16(24 + 2 * row, value, true));
  [255, 51, 0].forEach((value, row) => view.setUint8(30 + row, value));
  [0, 1, 0].forEach((value, row) => view.setUint8(33 + row, value));
  return view.buffer as ArrayBuffer;
}

const fetched = () => {
  new Studio().on("GET sessions/inks/map/points", () => new Response(bytes()));
  return getPoints("inks");
};

describe("the map's points", () => {
  it("are read as they were sent; items whose files are gone are not drawn", async () => {
    const points = await fetched();
    expect(Array.from(points.places)).toEqual([0, 0, 4, 2, 9, 9]);
    expect(Array.from(points.group)).toEqual([5, 7, -1]);
    expect(drawnRows(points)).toEqual([0, 1]);
  });

  it("are refused where they are cut short", async () => {
    new Studio().on("GET sessions/inks/map/points", () => new Response(bytes().slice(0, 35)));
    await expect(getPoints("inks")).rejects.toThrow("35 bytes");
  });

  it("lie within the canvas, in their proportions", async () => {
    const { x, y } = normalised(await fetched(), [0, 1]);
    expect(Math.max(...x.map(Math.abs), ...y.map(Math.abs))).toBeLessThan(1);
    expect((x[1]! - x[0]!) / (y[1]! - y[0]!)).toBeCloseTo(2);
  });

  it("are coloured by group, confidence or change", async () => {
    const points = await fetched();
    const groups = [group(7, { colour: "#111111" }), group(5, { colour: "#222222" })];
    const by = (colouring: "group" | "confidence" | "change") => coloured(points, [0, 1], groups, colouring);
    expect(by("group").values.map((value) => by("group").colours[value])).toEqual(["#222222", "#111111"]);
    expect(by("confidence")).toMatchObject({ values: [1, 0.2], continuous: true });
    expect(by("change").values.map((value) => by("change").colours[value])).toEqual([STILL, MOVED]);
  });
});
