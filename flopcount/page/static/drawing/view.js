// What the stage shows: a drawing alone, or two sides of it with an arrow and the ratio between.

import { svg } from "../dom.js";
import { grouped } from "../numbers.js";
import { drawnScene } from "./drawing.js";
import { alongOf, LETTERS, shrunk } from "./fitting.js";
import { accented, fewer, measuresOf, scenesOf } from "./sides.js";

const BETWEEN = 96; // px between two sides
const HEAD = 48; // px above each of two sides: its name and what it costs
const MARGIN = 8; // px round all

const widths = new WeakMap(); // of each drawing how wide a unit is, which sliders do not change

function alongOnce(drawing, { network, original, measure }) {
  if (!widths.has(drawing))
    widths.set(drawing, alongOf(scenesOf(network, drawing, original), measure));
  return widths.get(drawing);
}

// How many px wide two sides are at full size.
export const widthAbreast = (drawing, look) =>
  2 * drawing.width * alongOnce(drawing, look) + BETWEEN + 2 * MARGIN;

// One or two scenes of a drawing as SVG: the elements, how large all of it is, and of each box its
// element and its place. `look` is { network, original, measure, isChanged }.
export function viewOf(drawing, scenes, look) {
  const { network } = look;
  const along = alongOnce(drawing, look);
  const accent = accented(network, scenes);
  const branch = accent && new Set(accent.layers);
  const all = { ...look, along, ...measuresOf(scenes), branch };
  const two = scenes.length > 1;
  const top = MARGIN + (two ? HEAD : 0);
  const wide = drawing.width * along;
  const parts = scenes.map((scene, at) => {
    const left = MARGIN + at * (wide + BETWEEN);
    const shown = drawnScene(scene, all);
    shown.group.setAttribute("transform", `translate(${left.toFixed(2)} ${top})`);
    return { ...shown, left, head: two ? headOf(scene, left + wide / 2, network) : [] };
  });
  const arrow = two ? arrowOf(scenes, MARGIN + wide, top + drawing.height / 2, look.measure) : [];
  const moved = ({ left }, place) => ({ ...place, x: place.x + left, y: place.y + top });
  return {
    width: scenes.length * wide + (two ? BETWEEN : 0) + 2 * MARGIN,
    height: drawing.height + top + MARGIN,
    elements: [...parts.flatMap(({ group, head }) => [...head, group]), ...arrow],
    boxes: parts.flatMap((part) =>
      part.boxes.map((box) => ({ ...box, place: moved(part, box.place) })),
    ),
    labels: parts.flatMap((part) => part.panels.map(({ label }) => label)),
    grounds: parts.flatMap((part) => part.panels.map(({ place }) => moved(part, place))),
    scenes,
  };
}

function headOf({ name, total }, x, { unit }) {
  const text = (y, size, said, kind) =>
    svg("text", { x: x.toFixed(2), y, "font-size": size, class: kind }, said);
  return [
    text(MARGIN + 14, LETTERS.side, name, "name"),
    text(MARGIN + 32, LETTERS.line, `${grouped(total)} ${unit}`, ""),
  ];
}

// An arrow from the costlier side to the other, and over it how many times fewer that one has.
function arrowOf([before, after], left, y, measure) {
  const middle = left + BETWEEN / 2;
  const words = fewer(before.total, after.total).split(" ");
  const ratio = shrunk(words.slice(0, -1).join(" "), LETTERS.ratio, 0.9 * BETWEEN, measure);
  const [start, end] = [left + 0.2 * BETWEEN, left + 0.8 * BETWEEN];
  const text = (up, size, said, kind) =>
    svg("text", { x: middle.toFixed(2), y: y - up, "font-size": size, class: kind }, said);
  return [
    text(34, ratio.size, ratio.text, "name"),
    text(14, LETTERS.side, words.at(-1), ""),
    svg("path", { class: "arrow", d: `M ${start} ${y} H ${end - 9}` }),
    svg("path", { class: "head", d: `M ${end} ${y} l -12 -6 v 12 z` }),
  ];
}
