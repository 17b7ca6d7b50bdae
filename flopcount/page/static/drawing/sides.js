// What stands beside what: a drawing as built and without its reductions, the costlier side first.

import { grouped, larger, sum } from "../numbers.js";
import { bandsOf } from "./bands.js";
import { cardsOf } from "./boxes.js";

// A drawing at some costs: its cards, its bands, and what all of it costs.
function sceneOf(network, drawing, costs, name) {
  const cards = cardsOf(network, drawing, costs);
  const total = sum(cards.map(({ count }) => count));
  return { name, drawing, cards, bands: bandsOf(network, drawing, costs), total };
}

// As built and naive, the costlier first, where they differ; else, or without `naive`, as built.
export function scenesOf(network, drawing, { costs, naive }) {
  const own = sceneOf(network, drawing, costs, "as built");
  const other = naive && sceneOf(network, drawing, naive, network.naive_name);
  if (!other || other.total === own.total) return [own];
  return other.total > own.total ? [other, own] : [own, other];
}

// The widest band and the costlier total of some scenes: what all of them are drawn to.
export function measuresOf(scenes) {
  const bands = scenes.flatMap((scene) => scene.bands.map(({ activations }) => activations));
  const most = [...bands].sort(larger)[0] ?? 1n;
  return { most, whole: scenes.map(({ total }) => total).sort(larger)[0] };
}

// The branch that two sides differ in the most, where they are one module with branches: its
// layers, its name, and of each side what its layers cost.
export function accented(network, scenes) {
  if (scenes.length < 2 || scenes[0].drawing.panels.length) return null;
  const branches = new Map();
  for (const box of scenes[0].drawing.boxes)
    for (const layer of box.layers.map((index) => network.layers[index])) {
      const { branch } = layer;
      if (branch !== null) branches.set(branch, [...(branches.get(branch) ?? []), layer]);
    }
  const found = [...branches].map(([name, layers]) => {
    const title = network.nested ? `Module ${layers[0].module.name}/${name}` : titleOf(name);
    return { name, title, layers, costs: countsOf(layers, scenes) };
  });
  // as built being the costlier, what counts is how much more that is, and not how many times
  const by = scenes[0].name === "as built" ? differenceOf : timesOf;
  const [most] = found.filter(isLess).sort((one, other) => by(other) - by(one));
  return most ?? null;
}

// What some layers cost on each side, without those that cost nothing.
const countsOf = (layers, scenes) =>
  scenes.map(({ cards }) =>
    cards.filter((card) => card.count && layers.includes(card.layers[0])).map(({ count }) => count),
  );
const isLess = ({ costs: [before, after] }) => sum(before) > sum(after) && sum(after) > 0n;
const differenceOf = ({ costs: [before, after] }) => Number(sum(before) - sum(after));
const timesOf = ({ costs: [before, after] }) => Number(sum(before)) / Number(sum(after));

function titleOf(name) {
  const square = /^(\d+)x(\d+)$/.exec(name);
  return square ? `The ${square[1]}×${square[2]} branch` : `Branch ${name}`;
}

// A branch with its sums, from the first side to the second.
export function branchText({ title, costs }, unit) {
  const [before, after] = costs.map((terms) => {
    const total = grouped(sum(terms));
    return terms.length < 2 || terms.length > 3 ? total : `${terms.map(grouped).join(" + ")} = ${total}`;
  });
  return `${title}: ${before} → ${after} ${unit}, ${fewer(...costs.map(sum))}`;
}

// The ratio in words; what would be 1.00× in percent.
export function fewer(before, after) {
  if (before === after) return "as many";
  if (!before || !after) return before ? "none left" : "from none";
  const what = before > after ? "fewer" : "more";
  const [high, low] = before > after ? [before, after] : [after, before];
  const times = Number((1_000_000n * high) / low) / 1_000_000;
  if (times >= 1.005) {
    const [whole, cents] = times.toFixed(2).split(".");
    return `${grouped(BigInt(whole))}.${cents}× ${what}`;
  }
  const percent = Number((10_000_000_000n * (high - low)) / before) / 100_000_000;
  return percent >= 0.01 ? `${percent.toFixed(2)} % ${what}` : `<0.01 % ${what}`;
}
