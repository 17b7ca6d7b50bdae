// What stands in the boxes of a drawing: the words of the picture, of all that a box stands for.

import { DASH, grouped, sum } from "../numbers.js";

// One number for all repeats, or from the least to the largest: 64–96.
function spanned(values) {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const [least, most] = [sorted[0], sorted.at(-1)];
  return least === most ? String(least) : `${least}–${most}`;
}

const shapeSpanned = (shapes) =>
  shapes[0].map((_, at) => spanned(shapes.map((shape) => shape[at]))).join("×");

// How often and what each costs; what all cost together, where a slider made them differ.
function countText(counts) {
  const each = grouped(counts[0]);
  if (counts.length === 1) return each;
  if (counts.every((count) => count === counts[0])) return `${counts.length} × ${each}`;
  return `${grouped(sum(counts))} together`;
}

// The card of each box in its order, without those of bypassed layers: `at` is the box's index,
// `layers` is what it stands for, `count` is what they cost, in the report's unit; that of what
// enters has a name alone.
export function cardsOf(network, drawing, costs) {
  return drawing.boxes.flatMap((box, at) => {
    if (!box.layers.length) return [enteringCard(box, at, drawing, costs)];
    const layers = box.layers.map((index) => network.layers[index]).filter(costs.has);
    return layers.length ? [layerCard(network, box, at, layers, costs)] : [];
  });
}

function enteringCard(box, at, drawing, costs) {
  const shapes = box.inputs.map((input) => costs.entering(drawing.inputs[input]));
  const name = shapes.map((shape) => shape.join("×")).join(", ");
  return { box, at, layers: [], name, lines: [], kernel: null, count: 0n };
}

// All that each repeat of a box is: a layer, or several.
const groupsOf = (network, { groups }, layers) =>
  groups?.length
    ? groups.map((group) => group.map((index) => network.layers[index]))
    : layers.map((layer) => [layer]);

function layerCard(network, box, at, layers, costs) {
  const groups = groupsOf(network, box, layers);
  const counts = groups.map((group) => costs.sum(group, "multiplies") * network.scale);
  const outputs = groups.map((group) => costs.output(group.at(-1)));
  const [{ text, kernel }] = layers;
  const name = box.text ?? text.replace("{width}", spanned(outputs.map((shape) => shape.at(-1))));
  const lines = [shapeSpanned(outputs)];
  const count = sum(counts);
  if (count) lines.push(countText(counts));
  else if (groups.flat().some(({ known }) => !known)) lines.push(DASH);
  return { box, at, layers, name, lines, kernel, count };
}

// The share of a count in a whole, from 0 to 1.
export const shareOf = (count, whole) =>
  whole ? Number((1_000_000n * count) / whole) / 1_000_000 : 0;
