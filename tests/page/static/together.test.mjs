// Networks as one: shared controls and their bounds, what each network is set to, the command line.

import assert from "node:assert/strict";
import { test } from "node:test";

const { comparingCommand, isUntouched, togetherOf, valuesOf } = await import(
  `${process.env.STATIC}/compare/together.js`
);
const { isOriginal, readValue, startsOf } = await import(`${process.env.STATIC}/whatif/settings.js`);

const control = (name, kind, low, start, high, more = {}) => ({
  ...{ name, label: name, kind, low, start, high, step: 1, divisor: 1, modules: [] },
  ...more,
});

const written = (name, controls, naive = true) => ({
  name,
  typed: true,
  layers: [{ path: "a", module: "a", branch: null, text: "conv" }],
  built: {},
  live: controls && { naive, alone: false, controls },
});

const live = (name, aux = false) => ({
  aux,
  reference: (v, naive, counted) => [name, v.H, naive, counted].join(":"),
});

const some = () => {
  const one = [
    control("H", "side", 1, 224, 512),
    control("batch", "batch", 1, 1, 1024),
    control("a.n", "width", 1, 8, 64, { modules: ["a"] }),
  ];
  const other = [control("H", "side", 75, 299, 598), control("classes", "classes", 1, 10, 1000)];
  const networks = [written("one", one), written("other", other, false), written("made", null)];
  return togetherOf({ networks }, [live("one"), live("other", true), null]);
};

const named = (together, name) => together.controls.find((one) => one.name === name);

test("what several networks have is one control, within the bounds that all allow", () => {
  const together = some();
  assert.deepEqual(
    together.controls.map(({ name }) => name),
    ["H", "classes", "1:a.n"],
  );
  const { low, high, start, starts } = named(together, "H");
  assert.deepEqual([low, high, start], [75, 512, null]);
  assert.equal(starts, "one 224, other 299");
  assert.equal(named(together, "classes").label, "classes of other");
  assert.deepEqual(named(together, "1:a.n").modules, ["1:a"]);
  assert.equal(named(together, "1:a.n").title, "a.n of one");
});

test("each network has its own value until one is set for all", () => {
  const together = some();
  const [one, other, made] = together.networks;
  const state = { values: startsOf(together), naive: false };
  assert.deepEqual(valuesOf(one, state), { H: 224n, batch: 1n, "a.n": 8n });
  assert.deepEqual(valuesOf(other, state), { H: 299n, classes: 10n });
  assert.ok([one, other, made].every((network) => isUntouched(network, state)));
  state.values.H = 224n;
  assert.equal(valuesOf(other, state).H, 224n);
  assert.deepEqual([one, other, made].map((network) => isUntouched(network, state)), [true, false, true]);
});

test("an empty field gives each network its own value back", () => {
  const together = some();
  const state = { values: startsOf(together), naive: false };
  const shared = named(together, "H");
  assert.ok(isOriginal(together, state));
  state.values.H = readValue(shared, "299").value;
  assert.ok(!isOriginal(together, state));
  assert.equal(readValue(shared, "600").error, "at most 512 here");
  state.values.H = readValue(shared, " ").value;
  assert.ok(isOriginal(together, state));
});

test("the switch reaches the networks that have a naive reading", () => {
  const together = some();
  const state = { values: startsOf(together), naive: true };
  assert.deepEqual(together.networks.map((network) => isUntouched(network, state)), [false, true, true]);
});

test("a command names each network, and has no line where one has no name there", () => {
  const together = some();
  const state = { values: startsOf(together), naive: true };
  const typed = { ...together, networks: together.networks.slice(0, 2) };
  assert.equal(
    comparingCommand(typed, state),
    "flopcount compare one:224:true:true other:299:false:true --aux",
  );
  together.networks[2].typed = false;
  assert.equal(comparingCommand(together, state), "");
});

test("where bounds leave nothing that all allow there is no control", () => {
  const networks = [
    written("small", [control("H", "side", 1, 8, 16)]),
    written("large", [control("H", "side", 75, 299, 598)]),
  ];
  assert.deepEqual(togetherOf({ networks }, [live("small"), live("large")]).controls, []);
});
