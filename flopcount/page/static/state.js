// What the page shows: the report as it was written, and what the sliders make of it.

import { sum } from "./numbers.js";

export const data = JSON.parse(document.getElementById("data").textContent);
export const { layers, modules, parts } = data;

// In the data, what refers to a layer, a module or a part is its index; from here on it is the
// object itself.
const refer = (index, list) => (index === null ? null : list[index]);
layers.forEach((layer, index) => Object.assign(layer, { index, module: modules[layer.module] }));
for (const module of modules) {
  module.layers = layers.filter((layer) => layer.module === module);
  for (const box of module.drawing?.boxes ?? []) box.layer = refer(box.layer, layers);
  for (const link of module.drawing?.links ?? []) {
    link.start = refer(link.start, layers);
    link.input = refer(link.input, module.inputs);
    link.end = layers[link.end];
  }
}
parts.forEach((part, index) => {
  part.layers = part.layers.map((layer) => layers[layer]);
  Object.assign(part, { index, parent: refer(part.parent, parts), children: [] });
  part.parent?.children.push(part);
});
export const roots = parts.filter((part) => part.parent === null);
const layerAt = new Map(layers.map((layer) => [layer.path, layer]));

// A layer's counts for one sample, as live has them: multiplies, params, and the shape `output`.
const exactly = (counts) =>
  counts && {
    multiplies: BigInt(counts.multiplies),
    params: BigInt(counts.params),
    output: counts.output.map(BigInt),
  };
export const original = { counts: data.built.map(exactly), naive: data.naive.map(exactly) };
export const controls = data.live ? data.live.controls : [];
export const starts = Object.fromEntries(controls.map((control) => [control.name, BigInt(control.start)]));
export const state = { values: { ...starts }, naive: false, module: null };

export const isChanged = (control) => state.values[control.name] !== starts[control.name];
export const isOriginal = () => !state.naive && !controls.some(isChanged);

// What is shown now: the counts of each layer, null where it is bypassed, and the same in the naive
// reading; or `error`, why nothing fits.
export function priced() {
  if (isOriginal()) return original;
  const built = live.built(state.values);
  const naive = "naive" in live ? live.naive(state.values) : built;
  if (!state.naive && built.error) return { ...original, error: built.error };
  if (naive.error) {
    const error = state.naive ? naive.error : `in the naive reading, ${naive.error}`;
    return { ...original, error };
  }
  const { counts, inputs } = state.naive ? naive : built;
  return { counts, naive: naive.counts, inputs };
}

// The shape of what a module reads from outside; null where nothing is known of it.
export function inputShape(input, shown) {
  if (layerAt.has(input.path)) return outputShape(layerAt.get(input.path), shown);
  return shown.inputs ? (shown.inputs.get(input.path) ?? null) : input.shape.map(BigInt);
}

// The shape of a layer's output; of a bypassed one's, what it passes on.
export function outputShape(layer, shown) {
  const counts = shown.counts[layer.index];
  if (counts) return counts.output;
  const link = layer.module.drawing?.links.find(({ end }) => end === layer);
  return link ? carriedShape(link, shown) : null;
}

export const carriedShape = (link, shown) =>
  link.start ? outputShape(link.start, shown) : inputShape(link.input, shown);

export const scale = BigInt(data.scale) * BigInt(data.batch);

// The sums of some layers: the count in the report's unit, the parameters, and the count in the
// naive reading.
export function costOf(some, shown) {
  const total = (counts, what) => sum(some.map((layer) => counts[layer.index]?.[what] ?? 0n));
  return {
    count: total(shown.counts, "multiplies") * scale,
    params: total(shown.counts, "params"),
    naive: total(shown.naive, "multiplies") * scale,
  };
}

export const layerText = (layer, counts) =>
  layer.text.replace("{width}", counts ? counts.output.at(-1) : "bypassed");

// With its role, as the drawing has it.
export const fullText = (layer, counts) =>
  layerText(layer, counts) + (layer.role && counts ? ` ${layer.role}` : "");
