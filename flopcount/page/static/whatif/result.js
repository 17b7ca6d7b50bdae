// What it comes to, beside the sliders: the network and the module that is drawn, naive, where a
// layer is bypassed, and as built, and what changed of the original.

import { byId, element } from "../dom.js";
import { grouped, percentText, ratioText, saved, shorten, signed } from "../numbers.js";

// The cell of a count, and below it how it changed; the percent apart, as there is not always room.
// It is but the `least` where nobody knows what some layers compute.
export function countCell(now, before, kind, least = false) {
  const change = element("span", { className: `change ${now > before ? "rise" : "fall"}` });
  if (now !== before) {
    const textContent = `(${percentText(now, before)})`;
    change.append(`${signed(now - before)} `, element("span", { className: "percent", textContent }));
  }
  return element("td", { className: kind }, `${least ? "≥ " : ""}${grouped(now)}`, change);
}

function costRow(name, network, layers, shown, original) {
  const count = (costs) => costs.sum(layers, "multiplies") * network.scale;
  const params = (costs) => costs.sum(layers, "params");
  const [built, bare] = [count(shown.costs), count(shown.naive)];
  const head = element("th", { scope: "row", textContent: name });
  const least = layers.some(({ known }) => !known);
  const main = countCell(built, count(original.costs), "main", least);
  const stored = countCell(params(shown.costs), params(original.costs), "params");
  if (!network.bypasses) return element("tr", {}, head, main, stored);
  const naive = countCell(bare, count(original.naive), "naive");
  const ratio = element("td", { className: "saved", textContent: ratioText(saved(bare, built)) });
  return element("tr", {}, head, naive, main, ratio, stored);
}

export function updateResult(network, state, shown, original) {
  const rows = [costRow("the network", network, network.layers, shown, original)];
  if (network.modules.length > 1) {
    const { name, layers } = state.module;
    const short = network.nested && name.length > 20 ? `…${name.slice(-19)}` : shorten(name, 20);
    rows.unshift(costRow(short, network, layers, shown, original));
  }
  byId("result").tBodies[0].replaceChildren(...rows);
  const error = shown.error ? `${shown.error}; the numbers are the original's.` : "";
  byId("misfit").textContent = error;
  byId("misfit").hidden = !error;
}

async function copyCommand() {
  const code = byId("command");
  try {
    await navigator.clipboard.writeText(code.textContent);
    byId("copied").textContent = "copied";
  } catch {
    getSelection().selectAllChildren(code);
    byId("copied").textContent = "selected; copy it with the keyboard";
  }
}

export function buildCommand() {
  byId("copy").addEventListener("click", copyCommand);
}

export function updateCommand(text, isWrong) {
  byId("same").hidden = isWrong || !text;
  byId("command").textContent = text;
  byId("copied").textContent = "";
}
