// What a user sets: read, undone, kept in the address and brought back from it.

import assert from "node:assert/strict";
import { test } from "node:test";

const from = (name) => import(`${process.env.STATIC}/${name}.js`);
const { pastOf, readValue, startsOf, stateOf } = await from("whatif/settings");
const { restored, written } = await from("whatif/address");

const control = (name, low, start, high, more = {}) => ({
  ...{ name, label: name, low, start, high, step: 1, divisor: 1, modules: [], kind: "width" },
  ...more,
});

const network = () => {
  const layer = (path, role = null, branch = null) => ({ path, role, branch });
  const modules = ["conv1", "3a", "3b"].map((name) => ({ name, layers: [layer(name)] }));
  modules[1].layers.push(layer("3a/5x5/1", "reduce", "5x5"));
  const controls = [
    control("H", 1, 224, 512),
    control("3a.r5", 1, 16, 192),
    control("A.1/3x3/1", 1, 8, 16),
    control("width", 5, 100, 200, { step: 5, divisor: 100 }),
  ];
  const counts = ["multiplies", "params", "activations"].map((name) => ({ name, title: name }));
  const unit = { measure: "multiplies", unit: "multiplies", scale: 1n };
  const reading = { bypasses: true, whatIfs: { naive: true } };
  const naive = { layers: new Map() };
  const built = { layers: new Map() };
  return { modules, controls, counts, ...unit, columns: [], ...reading, built, naive };
};

test("the first module with a reduction that saves is drawn, else the first with one", () => {
  const drawn = (...costs) => {
    const modules = costs.map((_, index) => ({
      name: `${index}`,
      layers: [
        { path: `${index}/1`, role: index ? "reduce" : null, branch: null },
        { path: `${index}/2`, role: null, branch: null },
      ],
    }));
    const built = costs.flatMap(([reduces, rest], index) => [
      [`${index}/1`, { multiplies: reduces }],
      [`${index}/2`, { multiplies: rest }],
    ]);
    const naive = costs.map(([, , bare], index) => [`${index}/2`, { multiplies: bare }]);
    const layers = { built: { layers: new Map(built) }, naive: { layers: new Map(naive) } };
    return stateOf({ ...network(), modules, ...layers }).module.name;
  };
  assert.equal(drawn([0n, 9n, 9n], [4n, 5n, 8n], [4n, 5n, 10n], [1n, 1n, 99n]), "2");
  assert.equal(drawn([0n, 9n, 9n], [4n, 5n, 9n], [4n, 5n, 8n]), "1");
  assert.equal(stateOf(network()).module.name, "3a");
});

test("without one, the first that multiplies something, else the first", () => {
  const modules = ["embed", "layers.1"].map((path) => ({
    ...{ name: path, layers: [{ path, role: null, branch: null }] },
  }));
  const drawn = (costs) => {
    const layers = new Map(modules.map(({ name }, index) => [name, costs[index]]));
    return stateOf({ ...network(), modules, built: { layers } }).module.name;
  };
  assert.equal(drawn([{}, { multiplies: 7n }]), "layers.1");
  assert.equal(drawn([{}, {}]), "embed");
});

test("a value is read, or what is wrong with it is said", () => {
  const [side, , , width] = network().controls;
  assert.deepEqual(readValue(side, "97"), { value: 97n });
  assert.deepEqual(readValue(side, ""), { value: 224n });
  assert.deepEqual(readValue(width, "0.85"), { value: 85n });
  assert.deepEqual(readValue(width, "1.15"), { value: 115n });
  assert.equal(readValue(side, "0").error, "at least 1 here");
  assert.equal(readValue(side, "1e9").error, "at most 512 here");
  assert.equal(readValue(side, "2.5").error, "whole numbers only");
  assert.equal(readValue(width, "0.333").error, "two decimals at most");
  assert.equal(readValue(side, "x").error, "not a number");
  assert.equal(readValue(width, "3").error, "at most 2 here");
});

test("what was set is undone and done again, and a new change forgets what was undone", () => {
  const state = stateOf(network());
  const past = pastOf(state);
  const set = (name, value) => {
    state.values[name] = value;
    past.keep();
  };
  set("H", 97n);
  set("H", 97n); // nothing new
  set("3a.r5", 24n);
  past.undo();
  assert.deepEqual([state.values.H, state.values["3a.r5"]], [97n, 16n]);
  past.undo();
  past.undo();
  assert.equal(state.values.H, 224n);
  assert.ok(!past.canUndo() && past.canRedo());
  past.redo();
  assert.equal(state.values.H, 97n);
  set("width", 50n);
  assert.ok(!past.canRedo());
});

test("an address brings back what was set", () => {
  const first = stateOf(network());
  const own = network();
  const state = { ...stateOf(own), naive: true, module: own.modules[2], whole: true };
  state.values = { H: 97n, "3a.r5": 24n, "A.1/3x3/1": 9n, width: 85n };
  state.columns = ["params", "activations"];
  const start = { ...first, module: own.modules[1] };
  const text = written(own, state, start);
  const expected = "H=97&3a.r5=24&A.1/3x3/1=9&width=0.85&naive=on&module=3b&whole=on&columns=params,activations";
  assert.equal(text, expected);
  assert.deepEqual(restored(own, text, start), { state, problems: [] });
});

test("the page as it opens has an empty address", () => {
  const own = network();
  const first = stateOf(own);
  assert.equal(written(own, first, first), "");
  assert.deepEqual(restored(own, "", first).state, first);
});

test("a name with signs of its own survives an address", () => {
  const own = network();
  own.modules[2].name = "a&b=c %#/é×";
  const first = stateOf(own);
  const state = { ...first, module: own.modules[2] };
  const text = written(own, state, first);
  assert.ok(!/[ #]/.test(text));
  assert.equal(restored(own, text, first).state.module, own.modules[2]);
});

test("what an address says wrong is told and changes nothing", () => {
  const own = network();
  const first = stateOf(own);
  const { state, problems } = restored(own, "H=9999&q=1&module=zz&3a.r5=24&%zz", first);
  assert.deepEqual(problems, [
    "H=9999: at most 512 here",
    "there is no q here",
    "there is no module zz",
    "there is no %zz here",
  ]);
  assert.deepEqual(state.values, { ...startsOf(own), "3a.r5": 24n });
});

test("columns that an address does not know are told, and the others stand", () => {
  const own = network();
  const first = stateOf(own);
  const asked = (text) => {
    const { state, problems } = restored(own, `columns=${text}`, first);
    return [state.columns, problems];
  };
  assert.deepEqual(asked("saved,x,params,saved"), [["saved", "params"], ["there is no column x"]]);
  assert.deepEqual(asked("x"), [null, ["there is no column x"]]);
  assert.deepEqual(asked(""), [null, []]);
  assert.deepEqual(asked("constructor,,change"), [
    null,
    ["there is no column constructor", "there is no column change"],
  ]);
});

test("a switch takes no value, and a value has a name", () => {
  const own = network();
  const { state, problems } = restored(own, "naive=0&whole=no&=5&H=0x10", stateOf(own));
  assert.deepEqual(problems, [
    "naive=0: it can only be on",
    "whole=no: it can only be on",
    "=5 has no name",
    "H=0x10: not a number",
  ]);
  assert.deepEqual(state, stateOf(own));
});

test("a name that every object has is no control", () => {
  const own = network();
  const { problems } = restored(own, "constructor=3&__proto__=4", stateOf(own));
  assert.equal(problems.length, 2);
});
