// Numbers as they are printed; tests/page/test_numbers.py compares them with the terminal's.

import assert from "node:assert/strict";
import { test } from "node:test";

const { grouped, percentText, ratioText, shares } = await import(`${process.env.STATIC}/numbers.js`);

test("a count has separators, a very large round one is a power of ten", () => {
  assert.equal(grouped(120422400n), "120,422,400");
  assert.equal(grouped(10n ** 60n), "10⁶⁰");
});

test("tenths of a percent sum to a thousand", () => {
  assert.deepEqual(shares([1n, 1n, 1n]), [334, 333, 333]);
  assert.deepEqual(shares([0n, 0n]), [null, null]);
});

test("a change is rounded half away from zero", () => {
  assert.equal(percentText(2001n, 2000n), "+0.1 %");
  assert.equal(percentText(1999n, 2000n), "−0.1 %");
  assert.equal(percentText(5n, 0n), "new");
});

test("a ratio that is no number is a dash", () => {
  assert.equal(ratioText(null), "–");
  assert.equal(ratioText(2.125), "2.12×");
});
