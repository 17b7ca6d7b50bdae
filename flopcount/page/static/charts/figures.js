// Figures by Vega-Lite. Its expressions are interpreted: the page allows no eval.

import { byId, element } from "../dom.js";

const views = new Map(); // of each figure what draws it

const tip = element("div", { id: "tip", role: "tooltip", hidden: true });

function showTip(_, event, __, text) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(0, Math.min(event.clientX + 14, room))}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

// Draw a figure: its `id`, what it is `about`, its `spec(values, charts, kernels)`, and how wide it is
// `onPaper`.
export async function embed(figure, values, { charts, kernels }) {
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    ast: true,
    actions: false,
    defaultStyle: false,
    config: charts.config,
    tooltip: showTip,
  };
  const chart = byId(figure.id);
  const spec = { ...figure.spec(values, charts, kernels), datasets: { source: values } };
  const { view } = await vegaEmbed(chart, spec, options);
  views.set(figure, view);
  view.addResizeListener(() => view.resize().runAsync()); // a legend may have grown
  await view.resize().runAsync();
  chart.setAttribute("role", "img"); // where Vega would have a document of marks
  chart.setAttribute("aria-label", `${figure.about}; Table 1 has the numbers`);
  chart.removeAttribute("aria-roledescription");
  chart.querySelector("svg").setAttribute("aria-hidden", "true"); // its marks have no words
}

// Drawn anew for paper, the texts of the charts keep their size.
addEventListener("beforeprint", () => {
  for (const [figure, view] of views)
    view.width(figure.onPaper).run().resize().run(); // again for a legend that grew
});
addEventListener("afterprint", () => dispatchEvent(new Event("resize")));

// Give each figure what it shows now.
export function updateFigures(valuesOf) {
  for (const [figure, view] of views) {
    const values = valuesOf(figure);
    if (figure.height) view.height(figure.height(values)); // there may be other rows
    view.data("source", values).runAsync();
  }
}

// What the figures need on the page: the box of what is said of a mark.
export const addTip = () => document.body.append(tip);
