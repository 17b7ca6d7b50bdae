// What flows between the boxes of a drawing: each band's way, and how many activations it carries.

import { larger, sizeOf } from "../numbers.js";

const WIDEST = 44; // of a band, in the drawing's units
const NARROWEST = 1.2;

// The bands into layers that are there; past a bypassed layer a band goes on through its place.
export function bandsOf(network, drawing, costs) {
  const layersOf = ({ layers }) => layers.map((index) => network.layers[index]);
  const isThere = (box) => !box.layers.length || layersOf(box).some(costs.has);
  const into = new Map(drawing.links.map((link) => [link.end, link]));
  return drawing.links.flatMap((link) => {
    const end = drawing.boxes[link.end];
    if (!isThere(end)) return [];
    const { reader } = link;
    const readers = (reader ?? null) === null ? layersOf(end) : [network.layers[reader]];
    const shapes = readers.map((layer) => costs.input(layer, link.port));
    const shape = shapes.sort((a, b) => larger(sizeOf(a), sizeOf(b)))[0]; // of repeats the largest
    let { start, way } = link;
    while (!isThere(drawing.boxes[start])) {
      const before = into.get(start);
      way = [...before.way, ...way];
      start = before.start;
    }
    return [{ way, shape, activations: sizeOf(shape) }];
  });
}

// How wide a band is where `most` is the widest.
export const bandWidth = (activations, most) =>
  Math.max(NARROWEST, most ? (WIDEST * Number((10_000n * activations) / most)) / 10_000 : 0);

// The path along a way: straight down, or in a curve from one x to another.
export function pathOf(way, along) {
  const at = ([x, y]) => `${hundredth(x * along)} ${hundredth(y)}`;
  const steps = way.map((point, number) => {
    if (!number) return `M ${at(point)}`;
    const before = way[number - 1];
    if (Math.abs(before[0] - point[0]) < 0.01) return `L ${at(point)}`;
    const middle = (before[1] + point[1]) / 2;
    return `C ${at([before[0], middle])} ${at([point[0], middle])} ${at(point)}`;
  });
  return steps.join(" ");
}

const hundredth = (length) => Math.round(100 * length) / 100;
