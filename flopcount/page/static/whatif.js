// The sliders, and what they come to beside the original.

import { byId, element } from "./dom.js";
import { grouped, shorten } from "./numbers.js";
import { show } from "./start.js";
import {
  controls,
  costOf,
  data,
  isChanged,
  layers,
  original,
  roots,
  starts,
  state,
} from "./state.js";
import { changeOf } from "./table.js";

const fieldsOf = new Map(); // of each control its slider, its number, and what was there originally
const shownValue = (control, value) =>
  control.divisor === 1 ? String(value) : String(Number(value) / control.divisor);

function controlOf(control, index) {
  const step = control.step / control.divisor;
  const bounds = {
    min: control.low / control.divisor,
    max: control.high / control.divisor,
    step,
    value: shownValue(control, control.start),
  };
  const text = control.label;
  const label = element("label", { htmlFor: `range-${index}`, textContent: text });
  const range = element("input", { type: "range", id: `range-${index}`, ...bounds });
  const number = element("input", { type: "number", id: `number-${index}`, ...bounds });
  number.setAttribute("aria-label", `${text}, as a number`);
  const output = element("output", { id: `output-${index}` });
  output.htmlFor.add(range.id, number.id);
  range.addEventListener("input", () => take(control, range.value));
  number.addEventListener("change", () => take(control, number.value));
  fieldsOf.set(control, { range, number, output });
  const row = element("div", { className: "control" }, label, range, number, output);
  row.dataset.control = control.name;
  return row;
}

// A value that was set: a whole number of steps within the bounds.
function take(control, text) {
  const typed = Math.round(Number(text) * control.divisor);
  const whole = text === "" || !Number.isFinite(typed) ? control.start : typed;
  state.values[control.name] = BigInt(Math.min(control.high, Math.max(control.low, whole)));
  show();
}

export function buildControls() {
  const naive = element("input", { type: "checkbox", id: "naive" });
  naive.addEventListener("change", () => {
    state.naive = naive.checked;
    show();
  });
  const toggle = element("label", {}, naive, " naive: without the reductions");
  byId("controls").append(...controls.map(controlOf));
  if (data.live.naive) byId("controls").append(toggle);
  byId("alone").hidden = !(data.live.alone && "naive" in live);
  byId("whatif").addEventListener("reset", (event) => {
    event.preventDefault();
    Object.assign(state, { values: { ...starts }, naive: false });
    show();
  });
  byId("whatif").addEventListener("submit", (event) => event.preventDefault());
  byId("copy").addEventListener("click", copyCommand);
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

const here = (control) =>
  !control.modules.length || control.modules.includes(state.module?.name);

export function updateControls() {
  for (const control of controls) {
    const { range, number, output } = fieldsOf.get(control);
    const value = shownValue(control, state.values[control.name]);
    if (range.value !== value) range.value = value;
    if (number.value !== value) number.value = value;
    output.textContent = isChanged(control)
      ? `originally ${shownValue(control, control.start)}`
      : "";
    range.closest(".control").hidden = !here(control);
  }
  if (byId("naive")) byId("naive").checked = state.naive;
  const other = controls.filter((control) => isChanged(control) && !here(control));
  byId("elsewhere").hidden = !other.length;
  byId("elsewhere").textContent = `Also changed: ${other
    .map((control) => `${control.name} = ${state.values[control.name]}`)
    .join(", ")}`;
}

export function updateOutcome(shown) {
  const list = element("dl");
  const say = (term, content, name = "") =>
    list.append(
      element("dt", { textContent: term }),
      element("dd", { className: name }, ...[content].flat()),
    );
  const compare = (term, some, what) => {
    const [now, before] = [costOf(some, shown)[what], costOf(some, original)[what]];
    say(term, grouped(now));
    if (now !== before) say("change", changeOf(now, before), now > before ? "rise" : "fall");
  };
  compare(data.unit, layers, "count");
  compare("params", layers, "params");
  if (roots.length > 1)
    compare(`${data.unit} of ${shorten(state.module.name, 20)}`, state.module.layers, "count");
  const error = shown.error
    ? [
        element("p", {
          className: "error",
          textContent: `${shown.error}; the numbers are the original's.`,
        }),
      ]
    : [];
  byId("outcome").replaceChildren(...error, list);
  byId("same").hidden = Boolean(shown.error);
  byId("command").textContent = live.command(state.values, state.naive);
  byId("copied").textContent = "";
}
