// Modules of several networks beside each other, as `compare` on the command line has them, and
// below each what it is made of, aligned.

import { costsOf } from "../costs/pricing.js";
import { shapeText } from "../numbers.js";
import { isUntouched, valuesOf } from "./together.js";

// As the networks were written.
export const asWritten = ({ networks }) =>
  networks.map((network) => costsOf(network, network.built, 1n));

// What each network costs at some settings; with `error`, why one does not fit: the original's.
export function pricedTogether(together, state, original) {
  const { networks } = together;
  const errors = [];
  const costs = networks.map((network, index) => {
    if (!network.live || isUntouched(network, state)) return original[index];
    const reading = state.naive && network.hasNaive ? "naive" : "built";
    const found = network.live[reading](valuesOf(network, state));
    if (found.error) errors.push(`${network.name}: ${found.error}`);
    return found.error ? null : costsOf(network, found, 1n);
  });
  return errors.length ? { costs: original, error: errors.join("; ") } : { costs, error: "" };
}

// Things in order by a key of each.
function groupedBy(things, keyOf) {
  const groups = new Map();
  for (const thing of things) {
    const key = keyOf(thing);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(thing);
  }
  return groups;
}

// The names that all have.
const inAll = (maps) => {
  const [first = new Map(), ...others] = maps;
  return new Set([...first.keys()].filter((name) => others.every((map) => map.has(name))));
};

// A part: `cells` has for each network what stands there, null for nothing: the layers that are
// left, and all that it has by nature, whose original can be told from it.
const partOf = (key, name, level, cells, children) => ({ key, name, level, cells, children });

const cellOfLayers = (name, all, costs, title = name) => ({
  name,
  title, // what it is called where others have other names
  all,
  layers: all.filter((layer) => costs.has(layer)),
});

// Rows of what has one name in all; of what is left, the first beside the first, and so on.
function aligned(lists, build) {
  const named = lists.map((cells) => groupedBy(cells, ({ name }) => name));
  const some = named.filter((map) => map.size);
  const everywhere = inAll(some);
  const rows = new Map();
  named.forEach((map, index) => {
    let left = 0;
    for (const [name, [cell]] of map) {
      const key = everywhere.has(name) ? `=${name}` : `${(left += 1)}`;
      if (!rows.has(key)) rows.set(key, lists.map(() => null));
      rows.get(key)[index] = cell;
    }
  });
  return [...rows].map(([key, cells]) => {
    const names = [...new Set(cells.filter(Boolean).map(({ title }) => title))];
    return build(key, names.join(" | "), cells);
  });
}

const isLeft = ({ layers }) => layers.length;

// Layers by what follows the module's name in their paths; outside of branches by their paths.
function layerCells(layers, prefix, costs) {
  const cells = layers.map((layer) => {
    const { path, branch } = layer;
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : path;
    return cellOfLayers(name, [layer], costs, branch === null ? path : name);
  });
  return cells.filter(isLeft);
}

const layersOf = (cell) => cell?.all ?? [];

function layerRows(key, level, lists) {
  return aligned(lists, (under, name, cells) => partOf(`${key}/${under}`, name, level, cells, []));
}

// The branches of modules that stand beside each other, then their layers outside of branches.
function moduleChildren(key, level, cells, costs) {
  const inside = cells.map((cell) => groupedBy(layersOf(cell), ({ branch }) => branch));
  const prefixes = cells.map((cell) => `${cell?.module}/`);
  const lists = inside.map((branches, index) =>
    [...branches]
      .filter(([branch]) => branch !== null)
      .map(([branch, all]) => cellOfLayers(branch, all, costs[index]))
      .filter(isLeft),
  );
  const branches = aligned(lists, (under, name, found) => {
    const place = `${key}/${under}`;
    const layers = found.map((cell, index) =>
      layerCells(layersOf(cell), prefixes[index], costs[index]),
    );
    return partOf(place, name, level, found, layerRows(place, level + 1, layers));
  });
  const outside = inside.map((found, index) =>
    layerCells(found.get(null) ?? [], prefixes[index], costs[index]),
  );
  return [...branches, ...layerRows(`${key}/-`, level, outside)];
}

const moduleCell = (module, all, costs) => ({ ...cellOfLayers(module, all, costs), module });

// One row of the table: several modules in a cell are rows of their own below it.
function rootOf(name, groups, costs) {
  const key = groups.map((modules) => modules.map(({ name: one }) => one).join("\n")).join("\n\n");
  const cells = groups.map((modules, index) => {
    if (!modules.length) return null;
    return moduleCell(
      modules.map((module) => module.name).join(", "),
      modules.flatMap(({ all }) => all),
      costs[index],
    );
  });
  if (groups.every((modules) => modules.length < 2)) {
    const alone = groups.map(([module]) => module ?? null);
    return partOf(key, name, 0, cells, moduleChildren(key, 1, alone, costs));
  }
  const children = aligned(groups, (under, names, found) => {
    const place = `${key}/${under}`;
    return partOf(place, names, 1, found, moduleChildren(place, 2, found, costs));
  });
  return partOf(key, name, 0, cells, children);
}

// The grid of a shape: of a model what is behind the batch and the channels, or the tokens.
function gridOf(shape, { called }) {
  if (!called) return shape.slice(0, -1);
  if (shape.length === 3) return shape.slice(1, 2);
  return shape.length > 2 ? shape.slice(2) : [1n, 1n];
}

// The row whose repeat a module is, by their names: conv2_x of conv2_x.3.
const rowOf = (module) => module.replace(/^(.+)\.\d+$/, "$1");

// The rows that all networks have, and not with the same modules; of models none.
function unevenIn(modules) {
  const isModel = (named) => [...named.values()].some(({ layers }) => layers.at(-1).called);
  if (modules.some(isModel)) return new Set();
  const rows = modules.map((named) => groupedBy([...named.keys()], rowOf));
  const text = (names) => [...names].sort().join("\n");
  const differs = (row) => new Set(rows.map((groups) => text(groups.get(row)))).size > 1;
  return new Set([...inAll(rows)].filter(differs));
}

// The rows: a module that all networks have under one name, the repeats of a row where their number
// differs, else all modules that put out one grid.
export function matched(networks, costs) {
  const modules = networks.map((network, index) => {
    const groups = groupedBy(network.layers, ({ module }) => module);
    const cells = [...groups].map(([name, all]) => moduleCell(name, all, costs[index]));
    return new Map(cells.filter(isLeft).map((cell) => [cell.name, cell]));
  });
  const everywhere = inAll(modules);
  const uneven = unevenIn(modules);
  const rows = new Map();
  modules.forEach((named, index) => {
    for (const [name, cell] of named) {
      const last = cell.layers.at(-1);
      const grid = gridOf(costs[index].output(last), last);
      const row = rowOf(name);
      const one = everywhere.has(name) ? name : `at ${shapeText(grid)}`;
      const key = uneven.has(row) ? row : one;
      if (!rows.has(key)) rows.set(key, networks.map(() => []));
      rows.get(key)[index].push(cell);
    }
  });
  const roots = [...rows].map(([name, groups]) => rootOf(name, groups, costs));
  let count = 0;
  const number = (part) => {
    part.index = count;
    count += 1;
    part.children.forEach(number);
  };
  roots.forEach(number);
  return roots;
}
