// What each network comes to, above the fold: beside the first, and beside what it was.

import { fillOf } from "../charts/kernels.js";
import { byId, element, svg } from "../dom.js";
import { DASH, ratioText } from "../numbers.js";
import { countCell } from "../whatif/result.js";

// The colour of a network, as a small square.
export function swatch({ kernels }, index) {
  const square = svg("rect", { width: 12, height: 12, fill: fillOf(kernels, index) });
  return svg("svg", { class: "swatch", width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": true }, square);
}

export function updateTotals(together, { costs, error }, original) {
  const count = (some, { layers }, index, name) => some[index].sum(layers, name);
  const [first] = together.networks.map((network, index) => count(costs, network, index, "multiplies"));
  const rows = together.networks.map((network, index) => {
    const cell = (name, kind) =>
      countCell(count(costs, network, index, name), count(original, network, index, name), kind);
    const own = count(costs, network, index, "multiplies");
    const ratio = index && first ? ratioText(Number(own) / Number(first)) : DASH;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, swatch(together, index), ` ${network.name}`),
      cell("multiplies", "main"),
      element("td", { className: "ratio", textContent: ratio }),
      cell("params", "params"),
    );
  });
  byId("result").tBodies[0].replaceChildren(...rows);
  byId("misfit").textContent = error ? `${error}; all numbers are the original's.` : "";
  byId("misfit").hidden = !error;
}
