// The areas of each kind of layer: its colour and, on it, its hatch, which is a pattern of the page.

import { svg } from "../dom.js";

// What a sign draws in a square of 8.
const STROKES = {
  "/": "M -1 1 L 1 -1 M 0 8 L 8 0 M 7 9 L 9 7",
  "\\": "M -1 7 L 1 9 M 0 0 L 8 8 M 7 -1 L 9 1",
  ".": "M 2 2 h .1 M 6 6 h .1",
  x: "M 0 8 L 8 0 M 0 0 L 8 8",
  "+": "M 4 0 V 8 M 0 4 H 8",
};

const colourOf = (kernel) => `var(--k${kernel})`;
export const fillOf = (kernels, kernel) =>
  kernels[kernel].hatch ? `url(#hatch-${kernel})` : colourOf(kernel);

export function hatches(kernels) {
  const patterns = kernels.map(({ hatch }, kernel) => {
    const signs = [...new Set(hatch)].map((sign) => svg("path", { d: STROKES[sign] }));
    const square = { width: 8, height: 8, patternUnits: "userSpaceOnUse" };
    const ground = svg("rect", { width: 8, height: 8, fill: colourOf(kernel) });
    return svg("pattern", { id: `hatch-${kernel}`, ...square }, ground, ...signs);
  });
  return svg("svg", { id: "hatches", width: 0, height: 0, "aria-hidden": true }, ...patterns);
}
