// Rows of a tree: opened, searched and sorted.

import assert from "node:assert/strict";
import { test } from "node:test";

const { arranged, comparing, folded, sortedBy } = await import(`${process.env.STATIC}/table/order.js`);

let index = 0;
const part = (name, ...children) => ({ name, children, index: index++, count: BigInt(name.length) });
const tree = [
  part("stem", part("stem/1"), part("stem/2")),
  part("3a", part("5x5", part("3a/5x5/1"), part("3a/5x5/2")), part("3a/concat")),
];

const seen = (more = {}) => {
  const given = { query: "", wordsOf: ({ name }) => name, isOpen: () => false, compare: null };
  const { rows, matches } = arranged(tree, { ...given, ...more });
  const inSight = rows.filter(({ isShown, isFound }) => isShown && isFound);
  return { names: inSight.map(({ part: { name } }) => name).join(" "), matches, rows };
};

test("what is below a part is seen where that stands open", () => {
  assert.equal(seen().names, "stem 3a");
  assert.equal(seen({ isOpen: ({ name }) => name === "3a" }).names, "stem 3a 5x5 3a/concat");
  const all = "stem stem/1 stem/2 3a 5x5 3a/5x5/1 3a/5x5/2 3a/concat";
  assert.equal(seen({ isOpen: () => true }).names, all);
  assert.equal(seen().rows.length, 8); // the others are there, out of sight
});

test("a search shows what matches, all above it, and opens that", () => {
  const { names, matches, rows } = seen({ query: "5x5/2" });
  assert.deepEqual([names, matches], ["3a 5x5 3a/5x5/2", 1]);
  assert.ok(rows.find(({ part: { name } }) => name === "5x5").isOpened);
  assert.equal(seen({ query: "stem", isOpen: () => true }).names, "stem stem/1 stem/2");
  assert.deepEqual(seen({ query: "zz" }).names, "");
});

test("words are searched without regard to capitals, signs of times and spaces", () => {
  assert.equal(folded("  1×1   96 Reduce "), "1x1 96 reduce");
});

test("parts are sorted below their own", () => {
  const compare = comparing(({ count }) => count, true);
  assert.equal(
    seen({ isOpen: () => true, compare }).names,
    "stem stem/1 stem/2 3a 3a/concat 5x5 3a/5x5/1 3a/5x5/2",
  );
});

test("a head sorts one way, then the other, then not at all", () => {
  const clicks = (name) => {
    let sorting = { key: null, down: false };
    return [1, 2, 3, 4].map(() => (sorting = sortedBy(sorting, name)));
  };
  const [down, up, none, again] = clicks("params");
  assert.deepEqual([down, up], [{ key: "params", down: true }, { key: "params", down: false }]);
  assert.deepEqual([none.key, again], [null, down]);
  assert.deepEqual(clicks("layers")[0], { key: "layers", down: false }); // from A to Z
  assert.deepEqual(sortedBy(down, "saved"), { key: "saved", down: true });
});

test("dashes come last both ways, and equals keep their order", () => {
  const parts = [3, null, 1, 3, null].map((key, at) => ({ key, index: at }));
  const order = (down) => [...parts].sort(comparing(({ key }) => key, down)).map((one) => one.index);
  assert.deepEqual(order(true), [0, 3, 2, 1, 4]);
  assert.deepEqual(order(false), [2, 0, 3, 1, 4]);
});

test("names sort by their numbers, counts exactly", () => {
  const sorted = (...keys) =>
    keys.map((key, at) => ({ key, index: at })).sort(comparing(({ key }) => key, false)).map((one) => one.key);
  assert.deepEqual(sorted("c10", "c9", "b"), ["b", "c9", "c10"]);
  const [less, more] = [10n ** 30n, 10n ** 30n + 1n];
  assert.deepEqual(sorted(more, less), [less, more]);
});
