// Table 1 of networks side by side: rows that open, a group of columns for each network.

import { byId, element } from "../dom.js";
import { grouped } from "../numbers.js";
import { headOf, sortingOf } from "../table/heads.js";
import { arranged, comparing, folded, sortedBy } from "../table/order.js";
import { orderRows } from "../table/rows.js";
import { watchSideways } from "../table/sideways.js";
import { cellBeside, columnsBeside, detailsOf, totalOf } from "./beside.js";
import { swatch } from "./totals.js";

const board = byId("table");
const open = new Set(); // the keys of the rows that stand open
const made = new Map(); // the rows that were made, by their keys
let order = { key: null, down: false };
let latest = null; // what is shown: the networks, the parts and what they cost

// Of a column's cells; the first of a network's columns stands apart.
const classBeside = ({ kind }) => (kind === "multiplies" ? "multiplies first" : kind);

const spanOf = (index) => (index ? 4 : 2);

const sortBoard = (name) => arrangeBy(sortedBy(order, name));

function arrangeBy(sorting) {
  order = sortingOf(board.tHead.rows[1].cells, sorting);
  arrangeRows();
}

// Put the live table in the place of the one that stands there without scripts.
export function buildComparison(together) {
  const { networks } = together;
  const above = networks.map((network, index) => {
    const head = element("th", { scope: "colgroup", colSpan: spanOf(index), className: "first" });
    head.append(swatch(together, index), ` ${network.name}`);
    return head;
  });
  const below = columnsBeside(networks).map((column) => {
    const head = headOf(column, sortBoard);
    head.firstChild.setAttribute("aria-label", `${column.title} of ${column.network.name}`);
    head.className = classBeside(column);
    return head;
  });
  board.tHead.replaceChildren(
    element("tr", {}, element("td"), ...above),
    element("tr", {}, headOf({ name: "part", title: "module", kind: "text" }, sortBoard), ...below),
  );
  byId("search").addEventListener("input", arrangeRows);
  byId("shut").addEventListener("click", () => openOnly([]));
  byId("open").addEventListener("click", () => {
    const keys = (parts) => parts.flatMap(({ key, children }) => [key, ...keys(children)]);
    openOnly(keys(latest.roots));
  });
  watchSideways();
}

function openOnly(keys) {
  open.clear();
  for (const key of keys) open.add(key);
  arrangeRows();
}

function toggleRow(key) {
  if (!open.delete(key)) open.add(key);
  arrangeRows();
}

function makeRow({ key, name, level, children }) {
  const hasMore = children.length > 0;
  const opener = element(hasMore ? "button" : "span", { className: "opener" });
  const label = element("span", { className: "label", textContent: name });
  const head = element("th", { scope: "row" }, element("span", { className: "part" }, opener, label));
  const cells = latest.columns.map((column) => {
    const cell = element("td", { className: classBeside(column) });
    return { cell, said: null };
  });
  const row = element("tr", { className: `level-${level}` }, head, ...cells.map(({ cell }) => cell));
  if (hasMore) {
    opener.type = "button";
    opener.setAttribute("aria-label", `what is in ${name}`);
    row.classList.add("parent");
    row.addEventListener("click", ({ target }) => {
      if (target === opener || getSelection().isCollapsed) toggleRow(key);
    });
  }
  const texts = latest.together.networks.map((_, index) =>
    element("td", { className: "first", colSpan: spanOf(index) }),
  );
  // below the row, what stands there in each network
  const details = element("tr", { className: `details level-${level}` }, element("td"), ...texts);
  return { row, opener, cells, details, texts };
}

function fillRow(cells, part) {
  const { columns, shown, original } = latest;
  columns.forEach((column, index) => {
    const { text, key, was } = cellBeside(column, part, shown.costs, original);
    const said = `${text} ${was ?? ""}`;
    if (cells[index].said === said) return;
    cells[index].said = said;
    const { cell } = cells[index];
    cell.textContent = text;
    cell.classList.toggle("moved", was !== null);
    cell.title = was === null ? "" : `originally ${grouped(was)}`;
    if (column.kind !== "difference") return;
    cell.classList.toggle("rise", key !== null && key > 0n);
    cell.classList.toggle("fall", key !== null && key < 0n);
  });
}

const partWords = (part) =>
  folded([part.name, ...detailsOf(part, latest.shown.costs)].join(" "));

function arrangeRows() {
  const { roots, columns, shown, original } = latest;
  const column = columns.find(({ name }) => name === order.key);
  const keyOf = (part) => (column ? cellBeside(column, part, shown.costs, original).key : part.name);
  const query = folded(byId("search").value);
  const { rows, matches } = arranged(roots, {
    query,
    wordsOf: query ? partWords : () => "",
    isOpen: ({ key }) => open.has(key),
    compare: order.key ? comparing(keyOf, order.down) : null,
  });
  const seen = rows.filter(({ isShown, isFound }) => isShown && isFound);
  const wanted = seen.flatMap(({ part, isOpened }) => {
    if (!made.has(part.key)) made.set(part.key, makeRow(part));
    const { row, opener, cells, details, texts } = made.get(part.key);
    if (part.children.length) opener.setAttribute("aria-expanded", String(isOpened));
    row.querySelector(".label").textContent = part.name; // a grid has another size
    fillRow(cells, part);
    if (!part.level && !isOpened) return [row];
    detailsOf(part, shown.costs).forEach((text, index) => {
      if (texts[index].textContent !== text) texts[index].textContent = text;
    });
    return [row, details];
  });
  orderRows(board.tBodies[0], wanted);
  byId("matches").textContent = query
    ? `${grouped(BigInt(matches))} of ${grouped(BigInt(rows.length))} rows match`
    : "";
}

// Show other numbers in the table.
export function updateComparison(together, roots, shown, original) {
  latest = { together, columns: columnsBeside(together.networks), roots, shown, original };
  arrangeRows();
  const cells = latest.columns.map((column) => element("td", { className: classBeside(column) }));
  fillRow(cells.map((cell) => ({ cell, said: null })), totalOf(together, shown.costs));
  const name = element("th", { scope: "row", textContent: "total" });
  board.tFoot.rows[0].replaceChildren(name, ...cells);
}
