// The chooser of columns: any of them, but for the last.

import { byId, element } from "../dom.js";
import { openingNames, toggled, usualNames } from "./columns.js";

const boxesOf = new Map(); // by the names of columns
let chosen = [];

// `choose(names)` takes others than those shown, null for those that the page opens with.
export function buildChooser(network, columns, choose) {
  const { opening, chooser } = { opening: byId("columns"), chooser: byId("chooser") };
  const show = (on) => {
    chooser.hidden = !on;
    opening.setAttribute("aria-expanded", String(on));
  };
  opening.addEventListener("click", () => show(chooser.hidden));
  chooser.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    opening.focus();
  });
  const first = String(openingNames(network, columns));
  const take = (names) => {
    byId("least").textContent = "";
    choose(String(names) === first ? null : names);
  };
  for (const column of columns) {
    const box = element("input", { type: "checkbox", value: column.name });
    boxesOf.set(column.name, box);
    box.addEventListener("change", () => {
      const names = toggled(columns, chosen, column.name);
      if (names.length) return take(names);
      box.checked = true;
      byId("least").textContent = "One column stays.";
    });
    const label = element("label", {}, box, ` ${column.title}`);
    byId(column.usual ? "usual-columns" : "more-columns").append(label);
  }
  byId("usual").addEventListener("click", () => take(usualNames(columns)));
}

// Tick those that are shown.
export function updateChooser(names) {
  chosen = names;
  for (const [name, box] of boxesOf) box.checked = names.includes(name);
}
