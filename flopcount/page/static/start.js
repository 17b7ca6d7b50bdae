// Put it together: what is static becomes live, then each change shows itself everywhere.

import { showCharts, updateCharts } from "./charts.js";
import { byId } from "./dom.js";
import { drawModule } from "./drawing.js";
import { shorten } from "./numbers.js";
import { data, isOriginal, layers, modules, parts, priced, state } from "./state.js";
import { addButtons, addColumns, arrange, updateTable } from "./table.js";
import { buildControls, updateControls, updateOutcome } from "./whatif.js";

let waiting = null;

export function show() {
  const shown = priced();
  document.body.classList.toggle("changed", !isOriginal() && !shown.error);
  updateTable(shown);
  if (state.module) drawModule(shown);
  if (data.live) {
    updateControls();
    updateOutcome(shown);
  }
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => updateCharts(shown));
}

function listen() {
  byId("search").addEventListener("input", arrange);
  const openAll = (isOpen) => {
    for (const part of parts) part.isOpen = isOpen;
    arrange();
  };
  byId("open").addEventListener("click", () => openAll(true));
  byId("shut").addEventListener("click", () => openAll(false));
  byId("why").addEventListener("change", arrange);
  byId("choice").addEventListener("change", () => {
    state.module = modules[byId("choice").selectedIndex];
    show();
  });
}

function start() {
  for (const section of document.querySelectorAll(".scripted")) section.hidden = false;
  state.module = layers.find((layer) => layer.branch !== null)?.module ?? modules[0];
  modules.forEach((module, index) =>
    byId("choice").append(
      new Option(shorten(module.name, 60), index, false, module === state.module),
    ),
  );
  byId("module").hidden = !modules.length;
  addColumns();
  addButtons();
  listen();
  if (data.live) {
    buildControls();
    byId("whatif").hidden = false;
    byId("pair").classList.add("two");
  }
  show();
  showCharts().then(() => {
    document.documentElement.dataset.ready = "yes";
  });
}

start();
