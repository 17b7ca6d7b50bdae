// Networks side by side, put together: what is static becomes live, then each change shows itself
// everywhere.

import { addTip, embed, updateFigures } from "./charts/figures.js";
import { fillOf, hatches } from "./charts/kernels.js";
import { barsBeside, legendNames } from "./compare/beside.js";
import { buildComparison, updateComparison } from "./compare/comparison.js";
import { asWritten, matched, pricedTogether } from "./compare/matching.js";
import { comparingCommand, togetherOf } from "./compare/together.js";
import { updateTotals } from "./compare/totals.js";
import { byId, element, isCopy } from "./dom.js";
import { buildControls, updateControls } from "./whatif/controls.js";
import { buildCommand, updateCommand } from "./whatif/result.js";
import { isOriginal, startsOf } from "./whatif/settings.js";
import { stepsOf } from "./whatif/steps.js";

const together = togetherOf(JSON.parse(byId("data").textContent), lives);
const { networks, modules, controls, whatIfs } = together;
const firstCosts = asWritten(together);
const none = { name: "", title: "" };
const reducing = controls.find(({ reduces, modules: own }) => reduces && own.length)?.modules[0];
const opening = {
  values: startsOf(together),
  naive: false,
  module: modules.find(({ name }) => name === reducing) ?? modules[0] ?? none,
};
const setting = { ...opening, values: { ...opening.values } };
const steps = stepsOf(together, setting, opening, () => showAll());
let drawing = null;

const FIGURES = [
  { id: "chart-count", count: "multiplies", title: "multiplies" },
  { id: "chart-params", count: "params", title: "parameters" },
].map((figure) => ({
  ...figure,
  values: (roots, shown) => barsBeside(together, roots, shown, firstCosts, figure),
  height: (values) => (6 + 9 * networks.length) * Math.max(2, values.length / networks.length),
  spec(values, { beside }, kernels) {
    const spec = { ...structuredClone(beside), height: this.height(values) };
    const range = networks.map((_, index) => fillOf(kernels, index));
    spec.layer[0].encoding.color.scale = { domain: legendNames(together), range };
    return spec;
  },
  about: `${figure.title} by matching module, a bar for each network`,
  onPaper: 640,
}));

function showAll(isDragged = false) {
  const shown = pricedTogether(together, setting, firstCosts);
  const roots = matched(networks, shown.costs);
  document.body.classList.toggle("changed", !isOriginal(together, setting) && !shown.error);
  updateTotals(together, shown, firstCosts);
  updateComparison(together, roots, shown, firstCosts);
  if (controls.length) updateSettings(shown);
  steps.remember(isDragged);
  cancelAnimationFrame(drawing);
  drawing = requestAnimationFrame(() =>
    updateFigures((figure) => figure.values(roots, shown)),
  );
}

function updateSettings(shown) {
  updateControls(together, setting);
  const command = comparingCommand(together, setting);
  updateCommand(command, Boolean(shown.error) || !command);
  byId("choice").selectedIndex = modules.indexOf(setting.module);
  byId("naive").checked = setting.naive;
  steps.update();
}

function setValues(values, done) {
  Object.assign(setting.values, values);
  if (done) steps.keep();
  showAll(!done);
}

function listenToChoice() {
  const choice = byId("choice");
  for (const network of networks) {
    const own = modules.filter((module) => module.network === network);
    const options = own.map(({ module, name }) => new Option(module, name));
    const group = element("optgroup", { label: network.name }, ...options);
    if (own.length) choice.append(group);
  }
  choice.addEventListener("change", () => {
    setting.module = modules[choice.selectedIndex];
    showAll();
  });
  byId("choosing").hidden = !modules.length;
}

// What the switch and the controls do not reach.
function sayWhatStays() {
  const lack = (test) => networks.filter(test).map(({ name }) => name).join(", ");
  const bare = lack(({ live, hasNaive }) => live && !hasNaive);
  const still = lack(({ live }) => !live);
  const said = [];
  if (bare && whatIfs.naive) said.push(`Without a naive reading of its own: ${bare}.`);
  if (still) said.push(`Made in Python, so without controls: ${still}.`);
  byId("stays").textContent = said.join(" ");
  byId("stays").hidden = !said.length;
}

function listenToControls() {
  buildControls(together, setValues);
  buildCommand();
  listenToChoice();
  sayWhatStays();
  byId("switch").hidden = !whatIfs.naive;
  byId("naive").addEventListener("change", () => {
    setting.naive = byId("naive").checked;
    setValues({}, true);
  });
  steps.listen();
  byId("whatif").addEventListener("submit", (event) => event.preventDefault());
  byId("whatif").hidden = false;
  byId("pair").classList.add("two");
}

async function startAll() {
  for (const section of document.querySelectorAll(".scripted")) section.hidden = false;
  addTip();
  document.body.append(hatches(together.kernels));
  buildComparison(together);
  if (controls.length) listenToControls();
  steps.begin();
  showAll();
  for (const figure of FIGURES) {
    const values = figure.values(matched(networks, firstCosts), { costs: firstCosts });
    byId(figure.id).closest("figure").hidden = !values.length;
    if (values.length) await embed(figure, values, together);
  }
  showAll();
  document.documentElement.dataset.ready = "yes";
}

if (!isCopy()) startAll();
