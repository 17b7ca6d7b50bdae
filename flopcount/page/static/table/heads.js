// The heads of Table 1: each is a button that sorts, as large as its cell.

import { element } from "../dom.js";

const UNSORTED = { key: null, down: false };

export function headOf(column, sort) {
  const { name, title, changed } = column;
  const head = element("th", { scope: "col", className: classOf(column) });
  Object.assign(head.dataset, { key: name, title }); // the title for print
  const button = element("button", { type: "button", textContent: title });
  if (changed) button.setAttribute("aria-label", `change of ${changed.title}`);
  button.addEventListener("click", () => sort(name));
  head.append(button);
  return head;
}

// Of a column's cells; the page leaves out some of them on paper, and changes where there are none.
export function classOf({ name, kind }) {
  const more = { change: "was", ratio: "spared" }[kind] ?? (name.startsWith("naive_") ? "spared" : "");
  return `${kind} ${more}`.trim();
}

// Say which column the rows are sorted by; where it is gone, none.
export function sortingOf(heads, sorting) {
  let found = UNSORTED;
  for (const head of heads) {
    const isKey = head.dataset.key === sorting.key;
    if (isKey) head.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
    if (isKey) found = sorting;
  }
  return found;
}
