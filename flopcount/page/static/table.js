// Table 1: a tree of modules, branches and layers that opens, sorts and is searched.

import { byId, element } from "./dom.js";
import {
  DASH,
  grouped,
  percentText,
  ratioText,
  saved,
  shapeText,
  shares,
  shareText,
  signed,
  sizeOf,
  sum,
} from "./numbers.js";
import {
  costOf,
  data,
  fullText,
  layers,
  layerText,
  original,
  outputShape,
  parts,
  roots,
} from "./state.js";

const table = byId("table");
const heads = table.tHead.rows[0].cells;
const TEXTS = ["name", "text"]; // columns that sort from A to Z first
const CHANGES = { change: "count", paramsChange: "params" }; // columns, and what changes in them
const sorting = { key: null, down: false };
const folded = (text) => text.toLowerCase().replaceAll("×", "x").replace(/\s+/g, " ").trim();

// Each part has its row, whether it stands open, what a search looks through, and what it sorts by.
const tableRows = [...table.tBodies[0].rows];
parts.forEach((part, index) => {
  const row = tableRows[index];
  const isOpen = part.level < data.open_levels;
  Object.assign(part, { row, isOpen, button: null, arithmeticRow: null, words: "", keys: {} });
  part.original = costOf(part.layers, original);
});

export function addColumns() {
  const add = (before, key) => {
    const index = [...heads].findIndex((head) => head.dataset.key === before) + 1;
    const head = element("th", { scope: "col", textContent: "change", className: "was" });
    head.dataset.key = key;
    table.tHead.rows[0].insertBefore(head, heads[index] ?? null);
    for (const row of [...tableRows, table.tFoot.rows[0]]) row.insertCell(index).className = "was";
  };
  add("count", "change");
  add("params", "paramsChange");
}

export function addButtons() {
  for (const part of parts) {
    const head = part.row.cells[0];
    if (part.children.length) {
      part.button = element("button", { type: "button", textContent: head.textContent });
      part.button.addEventListener("click", () => {
        part.isOpen = !part.isOpen;
        arrange();
      });
      part.row.classList.add("parent");
      head.replaceChildren(part.button);
    } else {
      head.replaceChildren(element("span", { className: "leaf", textContent: part.label }));
      if (part.label !== part.name) head.title = part.name;
    }
  }
  for (const head of heads) {
    const button = element("button", { type: "button", textContent: head.textContent });
    button.addEventListener("click", () => sortBy(head.dataset.key));
    head.dataset.title = head.textContent; // for print
    head.replaceChildren(button);
  }
}

// The arithmetic of a part, a row of its own below it.
function arithmeticRowOf(part) {
  if (!part.arithmeticRow) {
    const lines = Object.entries(part.arithmetic).map(([explained, text]) =>
      element("div", {}, element("b", { textContent: explained }), ` ${text}`),
    );
    const cell = element("td", { colSpan: heads.length }, ...lines);
    part.arithmeticRow = element("tr", { className: `sums level-${part.level}` }, cell);
  }
  return part.arithmeticRow;
}

function sortBy(key) {
  const first = !TEXTS.includes(key);
  if (sorting.key !== key) Object.assign(sorting, { key, down: first });
  else if (sorting.down === first) sorting.down = !sorting.down;
  else sorting.key = null; // the third time: the network's own order
  for (const head of heads) {
    const direction = sorting.down ? "descending" : "ascending";
    if (head.dataset.key === sorting.key) head.setAttribute("aria-sort", direction);
    else head.removeAttribute("aria-sort");
  }
  arrange();
}

function compared(part, other) {
  const [a, b] = [part.keys[sorting.key], other.keys[sorting.key]];
  if (a === b) return part.index - other.index;
  if (a === null || b === null) return a === null ? 1 : -1; // dashes come last
  const before = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) < 0 : a < b;
  return before !== sorting.down ? -1 : 1;
}

// Put the rows in order, and show those that are open and found.
export function arrange() {
  const query = folded(byId("search").value);
  const matching = new Set(parts.filter((part) => part.words.includes(query)));
  const matchingBelow = new Set(); // parts with a match among their children, or below those
  for (const part of [...parts].reverse())
    if (part.parent && (matching.has(part) || matchingBelow.has(part)))
      matchingBelow.add(part.parent);
  const order = [];
  const sorted = (some) => (sorting.key ? [...some].sort(compared) : some);
  const visit = (part, shown, matchesAbove) => {
    const found = matching.has(part) || matchingBelow.has(part) || matchesAbove;
    part.row.classList.toggle("shut", !shown);
    part.row.classList.toggle("out", !found);
    part.row.hidden = !(shown && found);
    const opened = part.isOpen || (query !== "" && matchingBelow.has(part));
    part.button?.setAttribute("aria-expanded", String(opened));
    order.push(part.row);
    const isExplained = byId("why").checked && Object.keys(part.arithmetic).length;
    if (isExplained && shown && found) order.push(arithmeticRowOf(part));
    for (const child of sorted(part.children))
      visit(child, shown && opened, matchesAbove || matching.has(part));
  };
  for (const root of sorted(roots)) visit(root, true, false);
  const body = table.tBodies[0];
  const kept = new Set(order);
  for (const row of [...body.rows]) if (!kept.has(row)) row.remove();
  order.forEach((row, index) => {
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
  });
  byId("matches").textContent = query
    ? `${grouped(BigInt(matching.size))} of ${grouped(BigInt(parts.length))} rows match`
    : "";
}

// Shares sum to 1000 among modules, among layers, and among branches; there the layers outside
// the branches of a module are one more, and come last in it.
function sharesOf(costs) {
  const found = new Map(parts.map((part) => [part, null]));
  const give = (some) =>
    shares(some.map(({ count }) => count)).forEach((share, index) => {
      if (some[index].part) found.set(some[index].part, share);
    });
  const counted = (part) => ({ part, count: costs.get(part).count });
  const isBranch = (part) => part.grain === "branch";
  give(roots.map(counted));
  give(
    roots.flatMap(({ children }) => {
      const outside = children.filter((child) => !isBranch(child));
      const count = sum(outside.map((child) => costs.get(child).count));
      return [...children.filter(isBranch).map(counted), { part: null, count }];
    }),
  );
  const leaves = parts.filter((part) => part.grain === "layer");
  give(leaves.sort((a, b) => a.layers[0].index - b.layers[0].index).map(counted));
  return found;
}

// A change, and its percent apart: in the table there is no room for that on paper.
export function changeOf(now, before) {
  if (now === before) return DASH;
  const percent = `(${percentText(now, before)})`;
  return [
    `${signed(now - before)} `,
    element("span", { className: "percent", textContent: percent }),
  ];
}

// Put new cells in a row, by the keys of their columns; what changed is coloured by its direction.
function fill(row, cells, cost, before) {
  [...heads].forEach((head, index) => {
    const { key } = head.dataset;
    const cell = row.cells[index];
    if (key in cells) cell.replaceChildren(...[cells[key]].flat());
    if (!(key in CHANGES)) return;
    const what = CHANGES[key];
    cell.classList.toggle("rise", cost[what] > before[what]);
    cell.classList.toggle("fall", cost[what] < before[what]);
  });
}

const cellsOf = (cost, before, share) => ({
  count: grouped(cost.count),
  change: changeOf(cost.count, before.count),
  share: shareText(share),
  params: grouped(cost.params),
  paramsChange: changeOf(cost.params, before.params),
  naive: grouped(cost.naive),
  saved: ratioText(saved(cost.naive, cost.count)),
});

// Show other numbers in the table.
export function updateTable(shown) {
  const costs = new Map(parts.map((part) => [part, costOf(part.layers, shown)]));
  const share = sharesOf(costs);
  for (const part of parts) {
    const [cost, before] = [costs.get(part), part.original];
    const output = outputShape(part.layers.at(-1), shown);
    const counts = (layer) => shown.counts[layer.index];
    const cells = cellsOf(cost, before, share.get(part));
    cells.output = output ? shapeText(output) : DASH;
    if (part.chain)
      cells.text = part.layers.map((layer) => layerText(layer, counts(layer))).join(" → ");
    part.row.classList.toggle("bypassed", part.layers.length === 1 && !counts(part.layers[0]));
    fill(part.row, cells, cost, before);
    const text = part.row.cells[1].textContent;
    const texts = part.layers.map((layer) => fullText(layer, counts(layer)));
    part.words = folded(`${part.name} ${part.grain === "module" ? text : texts.join(" → ")}`);
    part.keys = {
      name: part.name,
      text,
      output: sizeOf(output),
      count: cost.count,
      change: cost.count - before.count,
      share: cost.count,
      params: cost.params,
      paramsChange: cost.params - before.params,
      naive: cost.naive,
      saved: saved(cost.naive, cost.count),
    };
  }
  const [whole, before] = [costOf(layers, shown), costOf(layers, original)];
  const cells = cellsOf(whole, before, whole.count ? 1000 : null);
  const output = data.output === null ? null : outputShape(layers[data.output], shown);
  if (output) cells.output = shapeText(output);
  fill(table.tFoot.rows[0], cells, whole, before);
  arrange();
}
