// What is said of two sides of a drawing.

import assert from "node:assert/strict";
import { test } from "node:test";

const { accented, branchText } = await import(`${process.env.STATIC}/drawing/sides.js`);

const saidOf = (branch, nested) => {
  const layers = [{ branch, module: { name: "layer1" } }];
  const drawing = { panels: [], boxes: [{ layers: [0] }] };
  const [naive, built] = [400n, 100n].map((count) => ({ drawing, cards: [{ layers, count }] }));
  return branchText(accented({ nested, layers }, [naive, built]), "multiplies");
};

test("of a model the part that saves most is a module, of a table a branch", () => {
  assert.equal(saidOf("1", true), "Module layer1/1: 400 → 100 multiplies, 4.00× fewer");
  assert.equal(saidOf("pool", false), "Branch pool: 400 → 100 multiplies, 4.00× fewer");
  assert.equal(saidOf("5x5", false), "The 5×5 branch: 400 → 100 multiplies, 4.00× fewer");
});
