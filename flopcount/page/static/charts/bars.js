// What the charts show: bars of the parts by kinds of layers, and what is spent layer by layer.

import { grouped, larger, shorten } from "../numbers.js";

const MOST_BARS = 60;

// What is charted of a network: a count, what the reader calls it, and what one is in the unit.
export const multipliesOf = ({ unit, scale }) => ({ key: "multiplies", name: unit, factor: scale });
export const PARAMETERS = { key: "params", name: "parameters", factor: 1n };

// Vega keys plain objects with names, so what each object has already cannot be one.
const keyed = (name) => (name in {} ? `${name}\u200b` : name);

// Of nested modules the last is told: paths that are long often begin alike.
function cut(name, nested) {
  if (nested) return name.length > 18 ? `…${name.slice(-17)}` : name;
  return name.length > 24 ? `${name.slice(0, 12)}…${name.slice(-11)}` : name;
}

// What has a bar: the modules; of one module, what it is made of.
export function barredOf({ roots, nested, modules }) {
  if (nested && modules.length > 1) return modules;
  return roots.length === 1 ? roots[0].children : roots;
}

const charted = (some, costs, { key, factor }) => costs.sum(some, key) * factor;

// Bars: the parts that cost something, past MOST_BARS the smallest in one; pieces: kinds of layers.
export function barsOf(network, shown, original, measure) {
  const before = (bar) => charted(bar.layers, original.costs, measure);
  const bars = barredOf(network).filter(
    (bar) => charted(bar.layers, shown.costs, measure) || before(bar),
  );
  const largest = new Set(
    [...bars].sort((a, b) => larger(before(a), before(b))).slice(0, MOST_BARS - 1),
  );
  const kept = bars.length <= MOST_BARS ? bars : bars.filter((bar) => largest.has(bar));
  const rest = bars.filter((bar) => !kept.includes(bar));
  if (rest.length)
    kept.push({ name: `${rest.length} others`, layers: rest.flatMap((bar) => bar.layers) });
  const names = new Set();
  return kept.flatMap((bar) => {
    let name = keyed(cut(bar.name, network.nested));
    while (names.has(name)) name += "′"; // cut alike
    names.add(name);
    return piecesOf(network, { ...bar, label: name }, shown, original, measure);
  });
}

function piecesOf(network, bar, shown, original, measure) {
  const whole = charted(bar.layers, shown.costs, measure);
  const before = charted(bar.layers, original.costs, measure);
  const total =
    `${shorten(bar.name, 80)} ${grouped(whole)} ${measure.name}` +
    (whole === before ? "" : `, originally ${grouped(before)}`);
  return network.kernels.flatMap(({ word }, kernel) => {
    const inside = bar.layers.filter((layer) => layer.kernel === kernel);
    if (!charted(inside, original.costs, measure)) return [];
    const count = charted(inside, shown.costs, measure);
    return {
      module: bar.label,
      word,
      order: kernel,
      count: Number(count),
      was: Number(before),
      moved: whole !== before,
      tip: `${total}\n${word}: ${grouped(count)}`,
    };
  });
}

// The share of all that the layers up to each have spent, of multiplies and of parameters.
export function sharesSpent({ layers, ...network }, { costs }) {
  return [multipliesOf(network), PARAMETERS].flatMap((measure) => {
    const whole = charted(layers, costs, measure);
    let spent = 0n;
    return layers.flatMap((layer) => {
      spent += charted([layer], costs, measure);
      const isFree = !costs.count(layer, "multiplies") && !costs.count(layer, "params");
      if (!whole || !costs.has(layer) || isFree) return [];
      const share = Number((1000000n * spent) / whole) / 1000000;
      const tip = `${layer.path}\n${measure.name} up to here: ${grouped(spent)}, ${(100 * share).toFixed(1)} %`;
      return { number: layer.index + 1, share, what: measure.name, tip };
    });
  });
}
