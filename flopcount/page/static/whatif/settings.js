// What the user has set: values of the controls, the reading, what is looked at; undone and kept.

import { grouped, sum } from "../numbers.js";

// Where a control starts; null for one of several networks that start apart, until it is set.
const startOf = ({ start }) => (start === null ? null : BigInt(start));

export const startsOf = (network) =>
  Object.fromEntries(network.controls.map((control) => [control.name, startOf(control)]));

const multiplied = ({ layers }, module) =>
  sum(module.layers.map(({ path }) => layers.get(path)?.multiplies ?? 0n));

// `values` by the names of the controls, `naive` the reading, `module` the one that is drawn unless
// it is the `whole`: the first whose reductions save multiplies, for some cost more than they save,
// or one that multiplies something where some do; `columns` those of the table, where they were chosen.
export function stateOf(network) {
  const { modules, built } = network;
  const has = (test) => modules.filter((module) => module.layers.some(test));
  const reduced = has(({ role }) => role === "reduce");
  const saves = (module) => multiplied(built, module) < multiplied(network.naive, module);
  const module =
    reduced.find(saves) ??
    reduced[0] ??
    has(({ branch }) => branch !== null)[0] ??
    modules.find((one) => multiplied(built, one)) ??
    modules[0];
  return { values: startsOf(network), naive: false, module, whole: false, columns: null };
}

export const isChanged = (control, state) => state.values[control.name] !== startOf(control);

export const isOriginal = (network, state) =>
  !state.naive && !network.controls.some((control) => isChanged(control, state));

// A value as it is shown and typed: the multiplier's hundredths as a decimal, nothing for null.
export function shownValue({ divisor }, value) {
  if (value === null) return "";
  return divisor === 1 ? String(value) : String(Number(value) / divisor);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e\+?\d+)?$/i;

// What was typed for a control: its `value`, or `error`, what is wrong with it.
export function readValue(control, text) {
  const { low, high, divisor } = control;
  const trimmed = text.trim();
  if (trimmed === "") return { value: startOf(control) };
  if (!DECIMAL.test(trimmed)) return { error: "not a number" };
  const typed = Number(trimmed) * divisor;
  if (typed < low) return { error: `at least ${limit(control, low)} here` };
  if (typed > high) return { error: `at most ${limit(control, high)} here` };
  const whole = Math.round(typed);
  if (Math.abs(typed - whole) > 1e-6)
    return { error: divisor === 1 ? "whole numbers only" : "two decimals at most" };
  return { value: BigInt(whole) };
}

const limit = (control, value) =>
  control.divisor === 1 ? grouped(BigInt(value)) : shownValue(control, value);

// What can be undone, and done again: values and reading, as they were after each change.
export function pastOf(state) {
  const taken = () => ({ values: { ...state.values }, naive: state.naive });
  const same = (one, other) =>
    one.naive === other.naive &&
    Object.keys(one.values).every((name) => one.values[name] === other.values[name]);
  const kept = [taken()];
  let at = 0;
  const go = (step) => {
    if (!(at + step in kept)) return;
    at += step;
    const { values, naive } = kept[at];
    Object.assign(state, { values: { ...values }, naive });
  };
  return {
    keep() {
      if (same(taken(), kept[at])) return;
      at += 1;
      kept.splice(at, Infinity, taken());
    },
    undo: () => go(-1),
    redo: () => go(1),
    canUndo: () => at > 0,
    canRedo: () => at + 1 < kept.length,
  };
}
