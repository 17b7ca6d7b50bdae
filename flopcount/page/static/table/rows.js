// The rows of Table 1: of each part its name, what opens it, its cells, and the sums behind them.

import { byId, element } from "../dom.js";
import { classOf } from "./heads.js";

const viewsOf = new Map(); // of each part its row, its buttons, its cells and what they say

export const viewOf = (part) => viewsOf.get(part);

// Take over the row that Python wrote. `toggle` opens and closes its part, `go` draws its module.
export function buildRow(part, row, { toggle, go }) {
  const name = element("button", { type: "button", className: "name", textContent: part.label });
  const said = [part.label === part.name ? "" : part.name, part.kind].filter(Boolean).join(", ");
  name.title = said ? `${said}: draw its module` : "Draw its module";
  let opener = null;
  if (part.children.length) {
    opener = element("button", { type: "button", className: "opener" });
    opener.setAttribute("aria-label", `layers of ${part.name}`);
    opener.addEventListener("click", () => toggle(part));
    row.classList.add("parent");
  }
  row.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const isMeant = button ? button === name : getSelection().isCollapsed;
    if (isMeant) go(part);
  });
  const before = opener ?? element("span", { className: "opener" });
  row.cells[0].replaceChildren(element("span", { className: "part" }, before, name));
  viewsOf.set(part, { row, name, opener, sums: null, cells: [] });
}

// The sums behind a part's numbers, a row of their own below it.
export function sumsOf(part) {
  const view = viewOf(part);
  if (!view.sums) {
    const lines = Object.entries(part.arithmetic).map(([explained, text]) =>
      element("div", {}, element("b", { textContent: explained }), ` ${text}`),
    );
    const cell = element("td", {}, element("div", { className: "lines" }, ...lines));
    view.sums = element("tr", { className: `sums level-${part.level}` }, cell);
  }
  view.sums.cells[0].colSpan = view.row.cells.length;
  return view.sums;
}

// Give a row new cells, one for each column, beside its name.
export function layOut(row, columns) {
  const cells = columns.map((column) => element("td", { className: classOf(column) }));
  row.replaceChildren(row.cells[0], ...cells);
  return cells.map((cell) => ({ cell, said: null }));
}

// Put what was worked out in the cells; what changed is coloured by its direction.
export function fill(cells, values) {
  values.forEach(({ text, percent, key }, index) => {
    const known = cells[index];
    const said = `${text} ${percent ?? ""}`;
    if (known.said === said) return;
    known.said = said;
    known.cell.textContent = text;
    if (percent === undefined) return;
    if (percent)
      known.cell.append(" ", element("span", { className: "percent", textContent: percent }));
    known.cell.classList.toggle("rise", key > 0n);
    known.cell.classList.toggle("fall", key < 0n);
  });
}

const up = element("button", { type: "button", className: "up", textContent: "↑" });
up.title = "To the drawing";
up.setAttribute("aria-label", "to the drawing");
up.addEventListener("click", () => {
  byId("module").scrollIntoView();
  byId("choice").focus({ preventScroll: true });
});

// Mark the row of what is drawn, and no other.
export function markRow(part) {
  const { name } = viewOf(part);
  if (name.nextSibling !== up) name.after(up);
  for (const [one, { row }] of viewsOf) {
    row.classList.toggle("drawn", one === part);
    if (one === part) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

// Put rows in this order; rows of sums that are not among them go.
export function orderRows(body, order) {
  const kept = new Set(order);
  for (const row of [...body.rows]) if (!kept.has(row)) row.remove();
  order.forEach((row, index) => {
    if (body.rows[index] !== row) body.insertBefore(row, body.rows[index] ?? null);
  });
}
