// What stands in the cells of Table 1, and what a search looks through.

import { layerText } from "../costs/pricing.js";
import {
  DASH,
  grouped,
  percentText,
  ratioText,
  saved,
  shapeText,
  shareText,
  signed,
  sizeOf,
} from "../numbers.js";
import { folded } from "./order.js";
import { sharesOf } from "./shares.js";

const plainRatio = (text) => {
  const [whole, decimals] = text.replace(/[×,]/g, "").split(".");
  return `${whole}.${decimals.replace(/0+$/, "") || "0"}`;
};

// Of each kind of column a cell: its text, in a change its percent too; what it sorts by, null for
// a dash; and how it stands in a CSV.
const KINDS = {
  text: (text) => ({ text, key: text, plain: text }),
  shape: (shape) => ({
    text: shape ? shapeText(shape) : DASH,
    key: sizeOf(shape),
    plain: shape ? shape.join("x") : "",
  }),
  count: ({ count, least, known }) =>
    known
      ? { text: least ? `≥ ${grouped(count)}` : grouped(count), key: count, plain: String(count) }
      : { text: DASH, key: null, plain: "" },
  ratio(ratio) {
    const text = ratioText(ratio);
    return { text, key: ratio, plain: ratio === null ? "" : plainRatio(text) };
  },
  share: ({ tenths, count }) => ({
    text: shareText(tenths),
    key: count,
    plain: tenths === null ? "" : (tenths / 10).toFixed(1),
  }),
  change: ({ now, before }) => ({
    text: now === before ? DASH : signed(now - before),
    percent: now === before ? "" : `(${percentText(now, before)})`,
    key: now - before,
    plain: String(now - before),
  }),
};

// Of a count of some layers whether it is known, and whether it is but the least that it is: where
// nobody knows what some of them compute.
function knowing({ unit }, layers) {
  const unknown = unit === "elements" ? 0 : layers.filter(({ known }) => !known).length;
  const isKnown = !unknown || unknown < layers.length;
  return { known: isKnown, least: unknown > 0 && unit !== "parameters" };
}

// A column's cell for some layers; `own` is what the layers do not say: the text of the row, the
// shape of its output, its share in tenths of a percent.
function cellOf(column, layers, own, shown, original) {
  const { kind, changed } = column;
  const multiplies = (reading) => shown[reading].sum(layers, "multiplies");
  const values = {
    text: () => own.text,
    shape: () => own.output,
    share: () => ({
      tenths: knowing({}, layers).known ? own.share : null,
      count: multiplies("costs"),
    }),
    ratio: () => saved(multiplies("naive"), multiplies("costs")),
    count: () => ({ count: column.of(shown, layers), ...knowing(column, layers) }),
    change: () => ({ now: changed.of(shown, layers), before: changed.of(original, layers) }),
  };
  return KINDS[kind](values[kind]());
}

// With its role, as the drawing has it.
const fullText = (layer, costs) =>
  layerText(layer, costs) + (layer.role && costs.has(layer) ? ` ${layer.role}` : "");

function wordsOf({ grain, name, layers }, text, costs) {
  const texts = layers.map((layer) => fullText(layer, costs));
  return folded(`${name} ${grain === "module" ? text : texts.join(" → ")}`);
}

// Of each part, and of the whole, the cells in some columns; of a part also the words that a
// search looks through, and whether it is a layer that is bypassed.
export function cellsOf(network, columns, shown, original) {
  const { parts, roots, layers, output } = network;
  const { costs } = shown;
  const share = sharesOf(roots, parts, (part) => costs.sum(part.layers, "multiplies"));
  const cells = (some, own) => columns.map((column) => cellOf(column, some, own, shown, original));
  const found = parts.map((part) => {
    const text = part.chain
      ? part.layers.map((layer) => layerText(layer, costs)).join(" → ")
      : part.text;
    const own = { text, output: costs.output(part.layers.at(-1)), share: share.get(part) };
    const isBypassed = part.grain === "layer" && !costs.has(part.layers[0]);
    const words = wordsOf(part, text, costs);
    return [part, { cells: cells(part.layers, own), words, isBypassed }];
  });
  const whole = {
    text: grouped(BigInt(layers.length)),
    output: costs.shape(output),
    share: costs.sum(layers, "multiplies") ? 1000 : null,
  };
  return { parts: new Map(found), total: cells(layers, whole) };
}
