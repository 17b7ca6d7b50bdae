// How the texts of a drawing fit into their boxes.

import assert from "node:assert/strict";
import test from "node:test";

const { broken, fitted } = await import(`${process.env.STATIC}/drawing/fitting.js`);
const measure = (text, size) => text.length * size;

test("a name that fits, or nearly, has one line", () => {
  assert.deepEqual(broken("3×3 64", 10, 60, measure), [{ text: "3×3 64", size: 10 }]);
  const [smaller, ...others] = broken("pixelshuffle 2", 10, 100, measure);
  assert.equal(smaller.text, "pixelshuffle 2");
  assert.ok(smaller.size < 10 && smaller.size >= 7);
  assert.deepEqual(others, []);
});

test("a longer one is broken between words, and none of it is lost", () => {
  const lines = broken("transposed 4×4/2 16 groups=2", 10, 140, measure);
  assert.deepEqual(
    lines.map(({ text }) => text),
    ["transposed 4×4/2 16", "groups=2"],
  );
  assert.ok(lines.every(({ text, size }) => measure(text, size) <= 1.01 * 140));
});

test("one word that is too long is cut", () => {
  const cut = fitted("norm=group:32:scale", 10, 70, true, measure);
  assert.deepEqual(broken("norm=group:32:scale", 10, 70, measure), [cut]);
  assert.match(cut.text, /…/);
});
