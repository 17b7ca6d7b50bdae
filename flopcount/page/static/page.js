// Put it together: what is static becomes live, then each change shows itself everywhere.

import { buildCharts, updateCharts } from "./charts/charts.js";
import { modelOf } from "./costs/model.js";
import { originalOf, pricedAt } from "./costs/pricing.js";
import { byId, isCopy } from "./dom.js";
import { buildDrawing, mark, reveal, updateDrawing } from "./drawing/figure.js";
import { buildTable, openRow, updateTable } from "./table/table.js";
import { buildControls, updateControls } from "./whatif/controls.js";
import { buildCommand, updateCommand, updateResult } from "./whatif/result.js";
import { isOriginal, stateOf } from "./whatif/settings.js";
import { stepsOf } from "./whatif/steps.js";

const network = modelOf(JSON.parse(byId("data").textContent), live);
const original = originalOf(network);
const first = stateOf(network);
const state = { ...first, values: { ...first.values } };
const steps = stepsOf(network, state, first, () => show());
let waiting = null;

function show(isDragged = false) {
  const shown = pricedAt(network, state, original);
  document.body.classList.toggle("changed", !isOriginal(network, state) && !shown.error);
  updateTable(network, state, shown, original);
  updateResult(network, state, shown, original);
  updateDrawing(network, state, shown);
  updateModule();
  if (live) {
    updateControls(network, state);
    updateCommand(live.command(state.values, state.naive), Boolean(shown.error));
    byId("naive").checked = state.naive;
    steps.update();
  }
  steps.remember(isDragged);
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => updateCharts(shown, original));
}

function set(values, done) {
  Object.assign(state.values, values);
  if (done) steps.keep();
  show(!done);
}

function draw(module, whole = false) {
  Object.assign(state, { module, whole });
  show();
  mark([]);
}

// Draw the module of a row of the table; or, in the whole network, go to it.
function drawRow(some) {
  const { module } = some[0];
  Object.assign(state, { module });
  show();
  if (state.whole || some.length < module.layers.length) reveal(some);
  else mark([]);
}

function updateModule() {
  const { modules } = network;
  const index = modules.indexOf(state.module);
  byId("choice").selectedIndex = index;
  byId("previous").disabled = index <= 0;
  byId("next").disabled = index >= modules.length - 1;
  byId("whole").setAttribute("aria-pressed", String(state.whole));
}

function listenToModules() {
  const { modules } = network;
  modules.forEach((module, index) => byId("choice").append(new Option(module.name, index)));
  byId("choice").addEventListener("change", () => draw(modules[byId("choice").selectedIndex]));
  const go = (step) => draw(modules[modules.indexOf(state.module) + step]);
  byId("previous").addEventListener("click", () => go(-1));
  byId("next").addEventListener("click", () => go(1));
  byId("whole").addEventListener("click", () => draw(state.module, !state.whole));
  byId("whole").hidden = !network.whole || modules.length < 2;
}

function listenToWhatIfs() {
  buildControls(network, set);
  buildCommand();
  const { naive, alone } = network.whatIfs;
  byId("switch").hidden = !naive;
  byId("naive").addEventListener("change", () => {
    state.naive = byId("naive").checked;
    set({}, true);
  });
  byId("alone").hidden = !(alone && "naive" in live);
  steps.listen();
  byId("whatif").addEventListener("submit", (event) => event.preventDefault());
  byId("whatif").hidden = false;
  byId("pair").classList.add("two");
}

function start() {
  for (const section of document.querySelectorAll(".scripted")) section.hidden = false;
  byId("module").hidden = !network.modules.length;
  listenToModules();
  if (live) listenToWhatIfs();
  const choose = (layer) => {
    Object.assign(state, { module: layer.module });
    show();
    mark([layer]);
    openRow(layer);
  };
  buildDrawing(network, original, choose);
  const columns = (names) => {
    state.columns = names;
    show();
  };
  buildTable(network, state, original, { draw: drawRow, columns });
  steps.begin();
  show();
  buildCharts(network, original).then(() => {
    show();
    document.documentElement.dataset.ready = "yes";
  });
}

if (!isCopy()) start();
