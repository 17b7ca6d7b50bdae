// Figures 2 to 4: what is drawn there, and how it looks.

import { byId } from "../dom.js";
import { barredOf, barsOf, multipliesOf, PARAMETERS, sharesSpent } from "./bars.js";
import { addTip, embed, updateFigures } from "./figures.js";
import { fillOf, hatches } from "./kernels.js";

function partsSpec(values, { parts }, kernels) {
  const spec = structuredClone(parts);
  spec.height = 19 * Math.max(2, new Set(values.map((value) => value.module)).size);
  const used = new Map(values.map(({ word, order }) => [word, order]).sort(([, a], [, b]) => a - b));
  spec.layer[0].encoding.color.scale = {
    domain: [...used.keys()],
    range: [...used.values()].map((kernel) => fillOf(kernels, kernel)),
  };
  return spec;
}

// Paper is narrower than most screens: a chart has a width of its own there, in CSS pixels.
function figuresOf(network) {
  const bars = (id, measure) => ({
    id,
    values: (shown, original) => barsOf(network, shown, original, measure),
    spec: partsSpec,
    about: `${measure.name} by module and kind of layer`,
    onPaper: 335,
  });
  return [
    bars("chart-count", multipliesOf(network)),
    bars("chart-params", PARAMETERS),
    {
      id: "chart-share",
      values: (shown) => sharesSpent(network, shown),
      spec: (_, charts) => structuredClone(charts.shares),
      about: `share of ${network.unit} and parameters, layer by layer`,
      onPaper: 700,
    },
  ];
}

export async function buildCharts(network, original) {
  addTip();
  document.body.append(hatches(network.kernels));
  const { roots, modules } = network;
  if (![roots, modules].includes(barredOf(network)))
    for (const word of document.querySelectorAll(".barred")) word.textContent = "branch and layer";
  const costs = (name) => original.costs.sum(network.layers, name);
  byId("figures").hidden = !costs("multiplies") && !costs("params");
  for (const figure of figuresOf(network)) {
    const values = figure.values(original, original);
    byId(figure.id).closest("figure").hidden = !values.length;
    if (values.length) await embed(figure, values, network);
  }
}

export const updateCharts = (shown, original) =>
  updateFigures((figure) => figure.values(shown, original));
