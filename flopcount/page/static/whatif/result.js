// What it comes to, beside the sliders: the network and the module that is drawn, naive and as
// built, and what changed of the original.

import { byId, element } from "../dom.js";
import { DASH, grouped, percentText, ratioText, saved, shorten, signed } from "../numbers.js";

// A change, and its percent apart: there is not always room for that.
function changeOf(now, before) {
  if (now === before) return DASH;
  const percent = `(${percentText(now, before)})`;
  return [
    `${signed(now - before)} `,
    element("span", { className: "percent", textContent: percent }),
  ];
}

function numberCell(now, before, name = "") {
  const direction = now > before ? "rise" : "fall";
  const change = now === before ? [] : [changeOf(now, before)].flat();
  return element(
    "td",
    { className: name },
    grouped(now),
    element("span", { className: `change ${direction}` }, ...change),
  );
}

function costRow(name, network, layers, shown, original) {
  const count = (costs) => costs.sum(layers, "multiplies") * network.scale;
  const params = (costs) => costs.sum(layers, "params");
  const [built, bare] = [count(shown.costs), count(shown.naive)];
  return element(
    "tr",
    {},
    element("th", { scope: "row", textContent: name }),
    numberCell(bare, count(original.naive), "naive"),
    numberCell(built, count(original.costs), "main"),
    element("td", { className: "saved", textContent: ratioText(saved(bare, built)) }),
    numberCell(params(shown.costs), params(original.costs), "params"),
  );
}

export function updateResult(network, state, shown, original) {
  const rows = [costRow("the network", network, network.layers, shown, original)];
  if (network.roots.length > 1) {
    const { name, layers } = state.module;
    rows.unshift(costRow(shorten(name, 20), network, layers, shown, original));
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
  byId("same").hidden = isWrong;
  byId("command").textContent = text;
  byId("copied").textContent = "";
}
