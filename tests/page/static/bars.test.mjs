// What stands beside the bars of the charts.

import assert from "node:assert/strict";
import { test } from "node:test";

const { barsOf, PARAMETERS } = await import(`${process.env.STATIC}/charts/bars.js`);

const labels = (names, nested) => {
  const modules = names.map((name) => ({ name, layers: [{ kernel: 0 }] }));
  const costs = { sum: (some) => BigInt(some.length) };
  const network = { roots: modules, modules, nested, kernels: [{ word: "dense" }] };
  return barsOf(network, { costs }, { costs }, PARAMETERS).map(({ module }) => module);
};

test("the last of a path of modules is told", () => {
  const names = ["head", "encoder/layers/encoder_layer_0", "encoder/layers/encoder_layer_10"];
  assert.deepEqual(labels(names, true), ["head", "…s/encoder_layer_0", "…/encoder_layer_10"]);
});

test("names that are cut alike are told apart", () => {
  const names = ["a", "b"].map((letter) => `${letter}${"/layer".repeat(4)}`);
  const [first, second] = labels(names, true);
  assert.equal(second, `${first}′`);
  assert.deepEqual(labels(names, false), ["a/layer/laye…layer/layer", "b/layer/laye…layer/layer"]);
});
