// The controls: a slider and a number for each, what stood there, and what is wrong beside it.

import { byId, element } from "../dom.js";
import { isChanged, readValue, shownValue } from "./settings.js";

// Of each control its row, its slider, its number and what it says; what is wrong with what was
// typed; whether somebody is typing, and what it was `before`.
const fieldsOf = new Map();

function controlRow(control, index, take) {
  const bounds = {
    min: control.low / control.divisor,
    max: control.high / control.divisor,
    step: control.step / control.divisor,
    value: shownValue(control, control.start) || middleOf(control),
  };
  const label = element("label", { htmlFor: `range-${index}`, textContent: control.label });
  const range = element("input", { type: "range", id: `range-${index}`, ...bounds });
  const number = element("input", { type: "number", id: `number-${index}`, ...bounds });
  number.step = 1 / control.divisor;
  number.setAttribute("aria-label", `${control.label}, as a number`);
  number.setAttribute("aria-describedby", `said-${index}`);
  const said = element("output", { id: `said-${index}`, className: "said" });
  said.htmlFor.add(range.id, number.id);
  const fields = { row: null, range, number, said, error: "", isTyped: false, before: null };
  const listen = (field, name, text, done) =>
    field.addEventListener(name, () => {
      fields.isTyped = field === number && !done;
      take(control, text(field), done);
    });
  listen(range, "input", ({ value }) => value, false);
  listen(range, "change", ({ value }) => value, true);
  listen(number, "input", textOf, false);
  listen(number, "change", textOf, true);
  const row = element("div", { className: "control" }, label, said, range, number);
  row.dataset.control = control.name;
  fieldsOf.set(control, Object.assign(fields, { row }));
  return row;
}

// Where the slider stands of a control that has no value of its own yet.
const middleOf = ({ low, high, divisor }) => String(Math.round((low + high) / 2) / divisor);

const textOf = (number) => (number.validity?.badInput ? "?" : number.value);

// What it is called among several networks, where there are some.
const titleOf = ({ title, name }) => title ?? name;
const isOfNetwork = (control) => !control.modules.length;
const isSide = (control) => control.kind === "side";

// `set(values, done)` takes new values by the names of controls; `done` once a slider is let go.
export function buildControls(network, set) {
  const sides = network.controls.filter(isSide);
  const square = byId("square");
  tieSides(network);
  byId("tied").hidden = sides.length < 2;
  const take = (control, text, done) => {
    const { before } = fieldsOf.get(control);
    const tied = isSide(control) && square.checked ? sides : [control];
    const low = Math.max(...tied.map((one) => one.low));
    const high = Math.min(...tied.map((one) => one.high));
    const { value = before, error = "" } = readValue({ ...control, low, high }, text);
    for (const one of tied) fieldsOf.get(one).error = "";
    fieldsOf.get(control).error = error;
    return set(Object.fromEntries(tied.map((one) => [one.name, value])), done);
  };
  square.addEventListener("change", () => {
    const { range, number, error } = fieldsOf.get(sides[0]);
    if (square.checked) take(sides[0], error ? range.value : number.value, true);
  });
  network.controls.forEach((control, index) => {
    const row = controlRow(control, index, take);
    byId(isOfNetwork(control) ? "of-network" : "of-module").append(row);
  });
  byId("of-network").append(byId("tied"));
  const [first] = sides.slice(-1);
  if (first) fieldsOf.get(first).row.after(byId("tied"));
}

// Whether something wrong was typed and still stands there.
export const hasErrors = () => [...fieldsOf.values()].some(({ error }) => error);

// Tie the sides where they start equal.
export function tieSides(network) {
  byId("square").checked = new Set(network.controls.filter(isSide).map(({ start }) => start)).size === 1;
}

// Forget what was typed and is wrong: the fields show what holds.
export function clearErrors() {
  for (const fields of fieldsOf.values()) Object.assign(fields, { error: "", isTyped: false });
}

function saidOf(control, state, error) {
  if (error) return error;
  const { start, starts = shownValue(control, start) } = control; // of each network, if apart
  if (start === null && !isChanged(control, state)) return `each its own: ${starts}`;
  return isChanged(control, state) ? `was ${starts}` : "";
}

export function updateControls(network, state) {
  const sides = network.controls.filter(isSide);
  if (new Set(sides.map(({ name }) => state.values[name])).size > 1) byId("square").checked = false;
  let count = 0;
  for (const control of network.controls) {
    const fields = fieldsOf.get(control);
    const { row, range, number, said } = fields;
    row.hidden = !(isOfNetwork(control) || control.modules.includes(state.module.name));
    if (row.hidden) Object.assign(fields, { error: "", isTyped: false }); // nobody sees it
    const { error, isTyped } = fields;
    const value = shownValue(control, state.values[control.name]);
    if (!isTyped) fields.before = state.values[control.name];
    const standing = value || middleOf(control);
    if (range.value !== standing) range.value = standing;
    if (!error && !isTyped && number.value !== value) number.value = value;
    const text = saidOf(control, state, error);
    if (said.textContent !== text) said.textContent = text;
    said.classList.toggle("error", Boolean(error));
    said.classList.toggle("each", control.start === null);
    number.setAttribute("aria-invalid", String(Boolean(error)));
    if (!row.hidden && !isOfNetwork(control)) count += 1;
  }
  byId("of-module").hidden = !count;
  byId("of-which").textContent = `Module ${titleOf(state.module)}`;
  const elsewhere = network.controls.filter(
    (control) => isChanged(control, state) && fieldsOf.get(control).row.hidden,
  );
  byId("elsewhere").hidden = !elsewhere.length;
  byId("elsewhere").textContent = `Also changed: ${elsewhere
    .map((control) => `${titleOf(control)} = ${shownValue(control, state.values[control.name])}`)
    .join(", ")}`;
}
