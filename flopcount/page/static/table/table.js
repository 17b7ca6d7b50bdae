// Table 1: a tree of modules, branches and layers that opens, sorts, is searched and chosen from.

import { byId } from "../dom.js";
import { saveText } from "../drawing/download.js";
import { fileName } from "../files.js";
import { grouped } from "../numbers.js";
import { isOriginal } from "../whatif/settings.js";
import { cellsOf } from "./cells.js";
import { buildChooser, updateChooser } from "./chooser.js";
import { columnsOf, countFirst, openingNames, withChanges } from "./columns.js";
import { csvText, csvRows } from "./csv.js";
import { headOf, sortingOf } from "./heads.js";
import { arranged, comparing, folded, sortedBy } from "./order.js";
import { buildRow, fill, layOut, markRow, orderRows, sumsOf, viewOf } from "./rows.js";
import { watchSideways } from "./sideways.js";

const PART = { name: "part", title: "part", kind: "text" };
const table = byId("table");
const narrow = matchMedia("(max-width: 36rem)");
// What there is, and how it is seen: `all` columns and those in the table, which parts stand open,
// the one that is marked, those in sight, and what stands in all cells.
const seen = { all: [], names: [], columns: [], open: new Set(), marked: null, parts: [] };
let sorting = { key: null, down: false };

// `draw(layers)` is called with those of a row that is clicked, `columns(names)` when others are chosen.
export function buildTable(network, state, original, { draw, columns }) {
  const { parts } = network;
  Object.assign(seen, { network, all: columnsOf(network) });
  const rows = [...table.tBodies[0].rows];
  const toggle = (part) => {
    if (!seen.open.delete(part)) seen.open.add(part);
    arrange();
  };
  const go = (part) => {
    seen.marked = part;
    draw(part.layers);
  };
  parts.forEach((part, index) => {
    if (part.level < network.open_levels) seen.open.add(part);
    buildRow(part, rows[index], { toggle, go });
  });
  seen.total = { row: table.tFoot.rows[0], cells: [] };
  table.classList.add("built");
  buildChooser(network, seen.all, columns);
  byId("search").addEventListener("input", arrange);
  byId("why").addEventListener("change", arrange);
  byId("open").addEventListener("click", () => openAll(parts));
  byId("shut").addEventListener("click", () => openAll([]));
  byId("csv").addEventListener("click", () => saveTable(state));
  narrow.addEventListener("change", () => seen.update());
  watchSideways();
}

function openAll(some) {
  seen.open = new Set(some);
  arrange();
}

function sort(name) {
  sorting = sortedBy(sorting, name);
  arrange();
}

// Give the table the columns with these names, where it has others.
function layOutColumns(names) {
  const wanted = narrow.matches ? countFirst(seen.all, names) : names;
  if (String(seen.names) === String(wanted)) return;
  seen.names = wanted;
  seen.columns = withChanges(seen.all, wanted);
  const heads = [PART, ...seen.columns].map((column) => headOf(column, sort));
  table.tHead.rows[0].replaceChildren(...heads);
  table.classList.toggle("many", wanted.length > 8); // more than stand on a sheet of paper
  for (const part of seen.network.parts) viewOf(part).cells = layOut(viewOf(part).row, seen.columns);
  seen.total.cells = layOut(seen.total.row, seen.columns);
}

// Put the rows in order, and show those that are open and found.
function arrange() {
  sorting = sortingOf(table.tHead.rows[0].cells, sorting);
  const { network, found, open } = seen;
  const at = seen.columns.findIndex(({ name }) => name === sorting.key);
  const keyOf = (part) => (at < 0 ? part.name : found.parts.get(part).cells[at].key);
  const query = folded(byId("search").value);
  const { rows, matches } = arranged(network.roots, {
    query,
    wordsOf: (part) => found.parts.get(part).words,
    isOpen: (part) => open.has(part),
    compare: sorting.key ? comparing(keyOf, sorting.down) : null,
  });
  const order = [];
  seen.parts = [];
  for (const { part, isShown, isFound, isOpened } of rows) {
    const { row, opener } = viewOf(part);
    const inSight = isShown && isFound;
    row.classList.toggle("shut", !isShown);
    row.classList.toggle("out", !isFound);
    row.hidden = !inSight;
    opener?.setAttribute("aria-expanded", String(isOpened));
    order.push(row);
    if (inSight) seen.parts.push(part);
    if (inSight && byId("why").checked && Object.keys(part.arithmetic).length)
      order.push(sumsOf(part));
  }
  orderRows(table.tBodies[0], order);
  byId("matches").textContent = query
    ? `${grouped(BigInt(matches))} of ${grouped(BigInt(network.parts.length))} rows match`
    : "";
}

// Mark the row that was gone to last, or else the row of the module that is drawn.
function mark(module) {
  const isOf = (part) => part?.layers[0].module === module;
  const { roots, parts } = seen.network;
  const isAll = ({ layers }) => layers.every((layer) => layer.module === module);
  if (!isOf(seen.marked))
    seen.marked = roots.find(isAll) ?? parts.find(isAll) ?? parts.find(isOf);
  markRow(seen.marked);
}

// Show other numbers in the table.
export function updateTable(network, state, shown, original) {
  const names = state.columns ?? openingNames(network, seen.all);
  updateChooser(names);
  layOutColumns(names);
  seen.found = cellsOf(network, seen.columns, shown, original);
  for (const [part, { cells, isBypassed }] of seen.found.parts) {
    viewOf(part).row.classList.toggle("bypassed", isBypassed);
    fill(viewOf(part).cells, cells);
  }
  fill(seen.total.cells, seen.found.total);
  seen.update = () => updateTable(network, state, shown, original);
  mark(state.module);
  arrange();
}

// Go to a layer's row: what is above it opens, and the keyboard stands on its name.
export function openRow(layer) {
  const part = seen.network.parts.find((one) => one.grain === "layer" && one.layers[0] === layer);
  seen.marked = part;
  for (let above = part.parent; above; above = above.parent) seen.open.add(above);
  const { row, name } = viewOf(part);
  if (row.classList.contains("out")) byId("search").value = "";
  mark(layer.module);
  arrange();
  name.scrollIntoView({ block: "nearest", inline: "nearest" });
  name.focus({ preventScroll: true });
}

// What is in sight, as a file; with changes where there are any to see.
function saveTable(state) {
  const { network, columns, parts, found } = seen;
  const isChanged = !isOriginal(network, state);
  const isKept = (_, at) => isChanged || columns[at].kind !== "change";
  const cells = (part) => found.parts.get(part).cells.filter(isKept);
  const records = csvRows(parts, columns.filter(isKept), cells, found.total.filter(isKept));
  saveText(csvText(records), fileName([network.name], "csv"), "text/csv");
}
