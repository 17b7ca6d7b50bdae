// Figures 2 to 4, by Vega-Lite. Its expressions are interpreted: the page allows no eval.

import { byId, element } from "./dom.js";
import { fillOf, hatches } from "./kernels.js";
import { grouped, larger, shorten, sum } from "./numbers.js";
import { data, layers, original, roots, scale } from "./state.js";

const MOST_BARS = 60;
const views = new Map();
// What is charted: what a layer's counts call it, its name, and what one is in the unit.
const COUNT = { key: "multiplies", name: data.unit, factor: scale };
const PARAMS = { key: "params", name: "parameters", factor: 1n };
// Vega keys plain objects with names, so what each object has already cannot be one.
const keyed = (name) => (name in {} ? `${name}\u200b` : name);
// What has a bar: the modules; of one module, what it is made of.
const barred = roots.length === 1 ? roots[0].children : roots;

const charted = (some, shown, { key, factor }) =>
  sum(some.map((layer) => shown.counts[layer.index]?.[key] ?? 0n)) * factor;

// Bars: the parts that cost something, past MOST_BARS the smallest in one; pieces: kinds of layers.
function barsOf(shown, measure) {
  const before = (bar) => charted(bar.layers, original, measure);
  const bars = barred.filter((bar) => charted(bar.layers, shown, measure) || before(bar));
  const largest = new Set(
    [...bars].sort((a, b) => larger(before(a), before(b))).slice(0, MOST_BARS - 1),
  );
  const kept = bars.length <= MOST_BARS ? bars : bars.filter((bar) => largest.has(bar));
  const rest = bars.filter((bar) => !kept.includes(bar));
  if (rest.length)
    kept.push({ name: `${rest.length} others`, layers: rest.flatMap((bar) => bar.layers) });
  const names = new Set();
  return kept.flatMap((bar) => {
    let name = keyed(cut(bar.name));
    while (names.has(name)) name += "′"; // cut alike
    names.add(name);
    return piecesOf(bar, name, shown, measure);
  });
}

const cut = (name) => (name.length > 24 ? `${name.slice(0, 12)}…${name.slice(-11)}` : name);

function piecesOf(bar, label, shown, measure) {
  const whole = charted(bar.layers, shown, measure);
  const before = charted(bar.layers, original, measure);
  const total =
    `${shorten(bar.name, 80)} ${grouped(whole)} ${measure.name}` +
    (whole === before ? "" : `, originally ${grouped(before)}`);
  return data.kernels.flatMap(({ word }, kernel) => {
    const inside = bar.layers.filter((layer) => layer.kernel === kernel);
    if (!charted(inside, original, measure)) return [];
    const count = charted(inside, shown, measure);
    return {
      module: label,
      word,
      order: kernel,
      count: Number(count),
      was: Number(before),
      moved: whole !== before,
      tip: `${total}\n${word}: ${grouped(count)}`,
    };
  });
}

function sharesSpent(shown) {
  return [COUNT, PARAMS].flatMap((measure) => {
    const whole = charted(layers, shown, measure);
    let spent = 0n;
    return layers.flatMap((layer) => {
      const counts = shown.counts[layer.index];
      spent += (counts?.[measure.key] ?? 0n) * measure.factor;
      if (!whole || !counts || (!counts.multiplies && !counts.params)) return [];
      const share = Number((1000000n * spent) / whole) / 1000000;
      const tip = `${layer.path}\n${measure.name} up to here: ${grouped(spent)}, ${(100 * share).toFixed(1)} %`;
      return { number: layer.index + 1, share, what: measure.name, tip };
    });
  });
}

const tip = element("div", { id: "tip", role: "tooltip", hidden: true });

function showTip(_, event, __, text) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(0, Math.min(event.clientX + 14, room))}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

async function embed(figure, values) {
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    actions: false,
    defaultStyle: false,
    config: data.charts.config,
    tooltip: showTip,
  };
  const chart = byId(figure.id);
  const spec = { ...figure.spec(values), datasets: { source: values } };
  const { view } = await vegaEmbed(chart, spec, options);
  views.set(figure, view);
  view.addResizeListener(() => view.resize().runAsync()); // a legend may have grown
  await view.resize().runAsync();
  chart.setAttribute("role", "img"); // where Vega would have a document of marks
  chart.setAttribute("aria-label", `${figure.about}; Table 1 has the numbers`);
  chart.removeAttribute("aria-roledescription");
}

function partsSpec(values) {
  const spec = structuredClone(data.charts.parts);
  spec.height = 19 * Math.max(2, new Set(values.map((value) => value.module)).size);
  const used = new Map(values.map(({ word, order }) => [word, order]).sort(([, a], [, b]) => a - b));
  spec.layer[0].encoding.color.scale = {
    domain: [...used.keys()],
    range: [...used.values()].map(fillOf),
  };
  return spec;
}

// Paper is narrower than most screens: a chart has a width of its own there, in CSS pixels.
const FIGURES = [
  {
    id: "chart-count",
    values: (shown) => barsOf(shown, COUNT),
    spec: partsSpec,
    about: `${data.unit} by module and kind of layer`,
    onPaper: 335,
  },
  {
    id: "chart-params",
    values: (shown) => barsOf(shown, PARAMS),
    spec: partsSpec,
    about: "parameters by module and kind of layer",
    onPaper: 335,
  },
  {
    id: "chart-share",
    values: sharesSpent,
    spec: () => structuredClone(data.charts.shares),
    about: `share of ${data.unit} and parameters, layer by layer`,
    onPaper: 700,
  },
];

export async function showCharts() {
  document.body.append(tip, hatches());
  if (barred !== roots)
    for (const word of document.querySelectorAll(".barred")) word.textContent = "branch and layer";
  byId("figures").hidden = !original.counts.some((counts) => counts.multiplies || counts.params);
  for (const figure of FIGURES) {
    const values = figure.values(original);
    byId(figure.id).closest("figure").hidden = !values.length;
    if (values.length) await embed(figure, values);
  }
}

// Drawn anew for paper, the texts of the charts keep their size.
addEventListener("beforeprint", () => {
  for (const [figure, view] of views)
    view.width(figure.onPaper).run().resize().run(); // again for a legend that grew
});
addEventListener("afterprint", () => dispatchEvent(new Event("resize")));

export function updateCharts(shown) {
  for (const [figure, view] of views) view.data("source", figure.values(shown)).runAsync();
}
