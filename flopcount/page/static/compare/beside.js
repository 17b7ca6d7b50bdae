// What stands in the table and the bars of networks side by side: for each part and network a number,
// beside that of the first network.

import { layerText } from "../costs/pricing.js";
import { DASH, grouped, ratioText, shorten, signed } from "../numbers.js";
import { shapeText, sum } from "../numbers.js";

const MOST_BESIDE = 60;

// The columns of each network: its counts and, from the second on, how it stands to the first.
export function columnsBeside(networks) {
  const columns = networks.flatMap((network, index) => {
    const column = (kind, title) => ({ name: `${index}.${kind}`, kind, title, index, network });
    const own = [column("multiplies", "multiplies"), column("params", "params")];
    return index ? [...own, column("ratio", "ratio"), column("difference", "difference")] : own;
  });
  return columns;
}

// The total as a part: all layers of each network.
export const totalOf = ({ networks }, costs) => ({
  name: "total",
  cells: networks.map(({ layers }, index) => ({
    all: layers,
    layers: layers.filter((layer) => costs[index].has(layer)),
  })),
});

const countOf = (part, index, name, costs) => {
  const cell = part.cells[index];
  return cell && costs[index].sum(cell.layers, name);
};

const originallyOf = (part, index, name, original) => original[index].sum(part.cells[index].all, name);

// What stands in a cell: its text, what it sorts by, null for a dash, and what a count was before.
export function cellBeside({ kind, index }, part, costs, original) {
  const name = kind === "params" ? "params" : "multiplies";
  const own = countOf(part, index, name, costs);
  if (own === null) return { text: DASH, key: null, was: null };
  if (kind === name) {
    const before = originallyOf(part, index, name, original);
    return { text: grouped(own), key: own, was: own === before ? null : before };
  }
  const first = countOf(part, 0, name, costs);
  if (first === null || (kind === "ratio" && !first)) return { text: DASH, key: null, was: null };
  if (kind === "difference")
    return { text: own === first ? "0" : signed(own - first), key: own - first, was: null };
  const ratio = Number(own) / Number(first);
  return { text: ratioText(ratio), key: ratio, was: null };
}

// What a part is in each network: the modules of a row, the text of a layer, and the shape that comes
// out; nothing where there is none.
export function detailsOf(part, costs) {
  return part.cells.map((cell, index) => {
    if (!cell) return "";
    const shape = shapeText(costs[index].output(cell.layers.at(-1)));
    const isLayer = !part.children.length && cell.all.length === 1;
    const name = cell.title === part.name ? "" : cell.title;
    const what = isLayer ? [name, layerText(cell.all[0], costs[index])] : [name];
    return [...what.filter(Boolean), shape].join(" → ");
  });
}

// Modules that repeat each other have one bar, as long as they cost the same in each network.
function foldedRows(roots, folds, costs) {
  const byName = new Map(roots.map((root) => [root.name, root]));
  const folded = new Map();
  for (const { name, modules } of folds) {
    const some = modules.map((module) => byName.get(module));
    if (!some.every(Boolean)) continue;
    const isAlike = costs.every((_, index) =>
      ["multiplies", "params"].every(
        (count) => new Set(some.map((root) => countOf(root, index, count, costs))).size === 1,
      ),
    );
    if (isAlike) for (const root of some) folded.set(root, name);
  }
  const rows = new Map();
  for (const root of roots) {
    const name = folded.get(root) ?? root.name;
    rows.set(name, [...(rows.get(name) ?? []), root]);
  }
  return [...rows];
}

// Vega keys plain objects with names, so what each object has already cannot be one.
const plainKey = (name) => (name in {} ? `${name}\u200b` : name);
const shortened = (name) => (name.length > 24 ? `${name.slice(0, 12)}…${name.slice(-11)}` : name);

// A name for each, no two the same: they may be cut alike.
function apartFrom(names, taken = new Set()) {
  return names.map((given) => {
    let name = plainKey(shortened(given));
    while (taken.has(name)) name += "′";
    taken.add(name);
    return name;
  });
}

export const legendNames = ({ networks }) => apartFrom(networks.map(({ name }) => name));

// Bars: rows in which something is counted, a bar for each network; past MOST_BESIDE bars the rows
// with the smallest are one.
export function barsBeside(together, roots, { costs }, original, { count, title }) {
  const { networks, folds } = together;
  const all = foldedRows(roots, folds, costs).map(([name, parts]) => {
    const added = (of) => networks.map((_, index) => sum(parts.map((part) => of(part, index) ?? 0n)));
    const now = added((part, index) => countOf(part, index, count, costs));
    const before = added(
      (part, index) => part.cells[index] && originallyOf(part, index, count, original),
    );
    return { name, now, before };
  });
  const some = all.filter(({ now, before }) => [...now, ...before].some(Boolean));
  const most = Math.max(8, Math.floor(MOST_BESIDE / networks.length));
  const size = ({ before }) => before.reduce((a, b) => (a > b ? a : b));
  const largest = [...some].sort((a, b) => (size(a) > size(b) ? -1 : 1)).slice(0, most - 1);
  const kept = some.length <= most ? some : some.filter((row) => largest.includes(row));
  const rest = some.filter((row) => !kept.includes(row));
  const summed = (key) => networks.map((_, index) => sum(rest.map((row) => row[key][index])));
  if (rest.length)
    kept.push({ name: `${rest.length} others`, now: summed("now"), before: summed("before") });
  const labels = apartFrom(kept.map(({ name }) => name));
  const names = legendNames(together);
  return kept.flatMap(({ name, now, before }, place) =>
    networks.map((network, index) => ({
      row: labels[place],
      place,
      network: names[index],
      order: index,
      count: Number(now[index]),
      was: Number(before[index]),
      moved: now[index] !== before[index],
      tip:
        `${shorten(network.name, 80)}\n${shorten(name, 80)}: ${grouped(now[index])} ${title}` +
        (now[index] === before[index] ? "" : `, originally ${grouped(before[index])}`),
    })),
  );
}
