// What a network costs at some settings, from what Python wrote of it.

import assert from "node:assert/strict";
import { test } from "node:test";

const from = (name) => import(`${process.env.STATIC}/${name}.js`);
const { modelOf } = await from("costs/model");
const { layerText, originalOf, pricedAt } = await from("costs/pricing");
const { stateOf } = await from("whatif/settings");
const { barsOf, multipliesOf, PARAMETERS, sharesSpent } = await from("charts/bars");

const layer = (path, reads, role = null) => ({
  ...{ path, module: 0, branch: null, kernel: 0, text: "1×1 {width}", role, reads },
});

const part = (grain, parent, name, layers) => ({
  ...{ grain, level: parent === null ? 0 : 1, parent, name, label: name, layers },
  ...{ chain: false, arithmetic: {} },
});

const counts = ["multiplies", "params"].map((name) => ({ name, title: name, grows: name !== "params" }));

function network(live = null) {
  const data = {
    ...{ unit: "FLOPs", scale: "2", batch: "1", output: 1, counts, kernels: [{ word: "1×1" }] },
    layers: [layer("m/1", ["input"], "reduce"), layer("m/2", [0])],
    modules: [{ name: "m", drawing: null }],
    whole: null,
    parts: [part("module", null, "m", [0, 1]), part("layer", 0, "m/1", [0]), part("layer", 0, "m/2", [1])],
    inputs: { input: ["8", "8", "4"] },
    built: {
      "m/1": { output: ["8", "8", "2"], multiplies: "512", params: "8" },
      "m/2": { output: ["8", "8", "4"], multiplies: "512", params: "8" },
    },
    naive: { "m/2": { output: ["8", "8", "4"], multiplies: "1024" } },
    live: live && { naive: true, alone: false, controls: [{ name: "batch", start: 1 }] },
  };
  return modelOf(data, live);
}

test("the original is what Python wrote", () => {
  const own = network();
  const { costs, naive } = originalOf(own);
  assert.equal(costs.sum(own.layers, "multiplies"), 1024n);
  assert.equal(costs.sum(own.layers, "params"), 16n);
  assert.equal(naive.sum(own.layers, "multiplies"), 1024n);
  assert.equal(layerText(own.layers[1], costs), "1×1 4");
});

test("a bypassed layer costs nothing and passes on what it reads", () => {
  const own = network();
  const { naive } = originalOf(own);
  assert.ok(!naive.has(own.layers[0]));
  assert.equal(naive.count(own.layers[0], "multiplies"), 0n);
  assert.deepEqual(naive.output(own.layers[0]), [8n, 8n, 4n]);
  assert.equal(layerText(own.layers[0], naive), "1×1 bypassed");
});

test("a batch has as many times the work and the same parameters", () => {
  const record = { output: [8n, 8n, 3n], multiplies: () => 5n, params: () => 7n };
  let called = 0;
  const built = () => {
    called += 1;
    return { layers: new Map([["m/1", record]]), inputs: new Map([["input", [9n, 9n, 4n]]]) };
  };
  const own = network({ built, naive: built });
  const state = { ...stateOf(own), values: { batch: 6n } };
  const { costs } = pricedAt(own, state, originalOf(own));
  assert.equal(costs.sum(own.layers, "multiplies"), 30n);
  assert.equal(costs.sum(own.layers, "params"), 7n);
  assert.deepEqual(costs.shape("input"), [9n, 9n, 4n]);
  assert.equal(called, 2);
});

test("sizes that do not fit leave the original with the reason", () => {
  const own = network({ built: () => ({ error: "m/2 does not fit these sizes" }) });
  const original = originalOf(own);
  const shown = pricedAt(own, { ...stateOf(own), values: { batch: 2n } }, original);
  assert.equal(shown.error, "m/2 does not fit these sizes");
  assert.equal(shown.costs, original.costs);
});

test("bars and curves are in the unit and sum to all", () => {
  const own = network();
  const original = originalOf(own);
  const bars = barsOf(own, original, original, multipliesOf(own));
  assert.deepEqual(bars.map(({ module, count }) => [module, count]), [["m/1", 1024], ["m/2", 1024]]);
  assert.match(bars[0].tip, /^m\/1 1,024 FLOPs\n1×1: 1,024$/);
  assert.equal(barsOf(own, original, original, PARAMETERS)[0].count, 8);
  const shares = sharesSpent(own, original).filter(({ what }) => what === "FLOPs");
  assert.deepEqual(shares.map(({ share }) => share), [0.5, 1]);
});
