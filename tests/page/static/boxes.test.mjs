// What stands in boxes and on bands, and how two sides are compared.

import assert from "node:assert/strict";
import { test } from "node:test";

const load = (name) => import(`${process.env.STATIC}/${name}.js`);
const { cardsOf, shareOf } = await load("drawing/boxes");
const { bandsOf, bandWidth, pathOf } = await load("drawing/bands");
const { costsOf } = await load("costs/pricing");
const { accented, branchText, fewer, measuresOf, scenesOf } = await load("drawing/sides");

// Two repeats of 1×1 → 5×5, the first layer a reduction.
const layer = (path, text, reads, branch = null) => ({ path, text, reads, branch, kernel: 0, module: path[0] });
const layers = [
  layer("A/1", "1×1 {width}", ["input"], "5x5"),
  layer("A/2", "5×5 {width}", [0], "5x5"),
  layer("B/1", "1×1 {width}", [1]),
  layer("B/2", "5×5 {width}", [2]),
];
const counts = [{ name: "multiplies", grows: true }];
const network = { layers, counts, scale: 2n, naive_name: "naive" };
const box = (some, inputs = []) => ({ layers: some, inputs, x: 10, y: 0, width: 20, height: 60, bar: false });
const link = (start, end, way) => ({ start, end, input: start ? null : 0, port: 0, way });
const drawing = {
  inputs: ["input"],
  boxes: [box([], [0]), box([0, 2]), box([1, 3])],
  links: [link(0, 1, [[10, 0], [10, 40]]), link(1, 2, [[10, 100], [30, 140]])],
  panels: [],
};
const does = (multiplies, width) => ({ multiplies, output: [8n, 8n, width] });
// The costs of so many layers, nothing where one is bypassed; `outside` where a module stands alone.
function costs(records, { outside, input = [8n, 8n, 3n] } = {}) {
  const there = layers.map(({ path }, at) => [path, records[at]]).filter(([, one]) => one);
  const read = { layers: new Map(there), inputs: new Map([["input", input]]) };
  return costsOf(network, read, 1n, outside);
}
const asBuilt = [does(5n, 4n), does(100n, 3n), does(5n, 4n), does(100n, 3n)];
const built = costs(asBuilt);
const naive = costs([undefined, does(75n, 3n), undefined, does(75n, 3n)]);

const said = (some) => cardsOf(network, drawing, some).map(({ name, lines }) => [name, ...lines]);

test("repeats say how often and what each costs, in the report's unit", () => {
  assert.deepEqual(said(built), [
    ["8×8×3"],
    ["1×1 4", "8×8×4", "2 × 10"],
    ["5×5 3", "8×8×3", "2 × 200"],
  ]);
});

test("repeats that differ say from where to where, and what they cost together", () => {
  const [first, second, , last] = asBuilt;
  const changed = costs([first, second, does(15n, 12n), last]);
  assert.deepEqual(said(changed)[1], ["1×1 4–12", "8×8×4–12", "40 together"]);
  assert.equal(bandsOf(network, drawing, changed)[1].activations, 8n * 8n * 12n);
});

test("a bypassed layer has no box, and a band goes on through its place", () => {
  assert.deepEqual(said(naive), [["8×8×3"], ["5×5 3", "8×8×3", "2 × 150"]]);
  const [band] = bandsOf(network, drawing, naive);
  assert.deepEqual(band.way, [[10, 0], [10, 40], [10, 100], [30, 140]]);
  assert.equal(band.activations, 8n * 8n * 3n);
});

test("what enters has the shape that a slider gave it", () => {
  const larger = costs(asBuilt, { input: [9n, 9n, 3n] });
  assert.equal(said(larger)[0][0], "9×9×3");
});

test("where each module is priced alone, it reads what the others put out as built", () => {
  const wide = [undefined, does(75n, 99n), undefined, does(75n, 3n)];
  const second = { ...drawing, inputs: [1], boxes: [box([], [0]), box([2]), box([3])] };
  const into = (some) => bandsOf(network, second, some)[0].activations;
  assert.equal(into(costs(wide)), 8n * 8n * 99n);
  assert.equal(into(costs(wide, { outside: built })), 8n * 8n * 3n);
  const entering = (some) => cardsOf(network, second, some)[0].name;
  assert.equal(entering(costs(wide)), "8×8×99");
  assert.equal(entering(costs(wide, { outside: built })), "8×8×3");
});

test("a way is straight, or a curve from one x to another", () => {
  assert.equal(pathOf([[10, 0], [10, 40], [30, 60]], 0.5), "M 5 0 L 5 40 C 5 50 15 50 15 60");
});

test("a band is as wide as what it carries, and seen even if that is little", () => {
  assert.equal(bandWidth(50n, 100n), 22);
  assert.equal(bandWidth(1n, 10n ** 30n), 1.2);
});

test("the costlier side stands first; sides that cost the same are one", () => {
  const scenesAt = (one, other) => scenesOf(network, drawing, { costs: one, naive: other });
  const names = (...both) => scenesAt(...both).map(({ name }) => name);
  assert.deepEqual(names(built, naive), ["as built", "naive"]);
  assert.deepEqual(names(naive, built), ["naive", "as built"]);
  assert.deepEqual(names(built, built), ["as built"]);
  assert.deepEqual(names(built, null), ["as built"]);
  const scenes = scenesAt(built, naive);
  assert.deepEqual(measuresOf(scenes), { most: 8n * 8n * 4n, whole: 420n });
});

test("the branch that differs most is told with its sums", () => {
  const alone = { ...drawing, boxes: [box([], [0]), box([0]), box([1])] };
  const accent = accented(network, scenesOf(network, alone, { costs: built, naive }));
  assert.equal(branchText(accent, "flops"), "The 5×5 branch: 10 + 200 = 210 → 150 flops, 1.40× fewer");
  assert.equal(accented(network, scenesOf(network, alone, { costs: built, naive: null })), null);
});

test("a ratio is said in words, as in the picture", () => {
  const words = [
    [120422400n, 12443648n, "9.68× fewer"],
    [5n, 7n, "1.40× more"],
    [5n, 5n, "as many"],
    [5n, 0n, "none left"],
    [0n, 5n, "from none"],
    [1000n, 999n, "0.10 % fewer"],
    [10n ** 9n, 10n ** 9n + 1n, "<0.01 % more"],
    [10n ** 40n, 10n ** 36n, "10,000.00× fewer"],
  ];
  for (const [before, after, text] of words) assert.equal(fewer(before, after), text);
});

test("a share is exact to a millionth, of numbers past all floats too", () => {
  assert.equal(shareOf(10n ** 400n, 4n * 10n ** 400n), 0.25);
  assert.equal(shareOf(0n, 0n), 0);
});
