// Rows of networks side by side: by name, then by grid; below them what they are made of, aligned.

import assert from "node:assert/strict";
import { test } from "node:test";

const { asWritten, matched, pricedTogether } = await import(`${process.env.STATIC}/compare/matching.js`);
const { togetherOf } = await import(`${process.env.STATIC}/compare/together.js`);
const { barsBeside, cellBeside, columnsBeside, detailsOf, totalOf } = await import(
  `${process.env.STATIC}/compare/beside.js`
);

// A network of layers, each [path, grid, channels, multiplies].
function network(name, layers) {
  const parts = (path) => [path.split("/")[0], path.split("/").slice(1, -1).join("/") || null];
  return {
    name,
    typed: false,
    live: null,
    layers: layers.map(([path]) => {
      const [module, branch] = parts(path);
      return { path, module, branch, text: "conv {width}" };
    }),
    built: Object.fromEntries(
      layers.map(([path, grid, channels, multiplies]) => [
        path,
        { output: [`${grid}`, `${grid}`, `${channels}`], multiplies: `${multiplies}`, params: "1" },
      ]),
    ),
  };
}

const [ONE, OTHER] = [
  [
    ["conv", 16, 8, 100],
    ["5a/1x1/1", 8, 4, 10],
    ["5a/3x3/1", 8, 4, 20],
    ["5a/concat", 8, 8, 0],
    ["5b/1x1/1", 8, 4, 30],
  ],
  [
    ["conv", 16, 8, 50],
    ["A/1x1/1", 8, 4, 5],
    ["A/5x5/1", 8, 4, 7],
    ["end", 1, 10, 1],
  ],
];

function shown(...networks) {
  const together = togetherOf({ networks, folds: [], kernels: [] }, networks.map(() => null));
  const costs = asWritten(together);
  return { together, costs, roots: matched(together.networks, costs) };
}

const names = (parts) => parts.map(({ name, children }) => (children.length ? [name, names(children)] : name));

test("a name of all is a row, the rest is summed by grid, and what is inside stands aligned", () => {
  const { roots } = shown(network("one", ONE), network("other", OTHER));
  assert.deepEqual(names(roots), [
    ["conv", ["conv"]],
    [
      "at 8×8",
      [
        ["5a | A", [["1x1", ["1x1/1"]], ["3x3 | 5x5", ["3x3/1 | 5x5/1"]], "5a/concat"]],
        ["5b", [["1x1", ["1x1/1"]]]],
      ],
    ],
    ["at 1×1", ["end"]],
  ]);
  assert.equal(new Set(roots.map(({ key }) => key)).size, 3);
});

test("a cell has its count, and from the second network on ratio and difference", () => {
  const { together, costs, roots } = shown(network("one", ONE), network("other", OTHER));
  const columns = columnsBeside(together.networks);
  const texts = (part) => columns.map((column) => cellBeside(column, part, costs, costs).text);
  assert.deepEqual(texts(roots[0]), ["100", "1", "50", "1", "0.50×", "−50"]);
  assert.deepEqual(texts(roots[1]), ["60", "4", "12", "2", "0.20×", "−48"]);
  assert.deepEqual(texts(roots[2]), ["–", "–", "1", "1", "–", "–"]);
  assert.deepEqual(texts(totalOf(together, costs)), ["160", "5", "63", "4", "0.39×", "−97"]);
});

test("below a row stands what each network has there, and what comes out", () => {
  const { costs, roots } = shown(network("one", ONE), network("other", OTHER));
  assert.deepEqual(detailsOf(roots[1], costs), ["5a, 5b → 8×8×4", "A → 8×8×4"]);
  assert.deepEqual(detailsOf(roots[2], costs), ["", "end → 1×1×10"]);
  assert.deepEqual(detailsOf(roots[0].children[0], costs), ["conv 8 → 16×16×8", "conv 8 → 16×16×8"]);
});

test("what repeats has one bar as long as it costs the same, and a bar that was long has a tick", () => {
  const layers = [
    ["b.1", 8, 4, 30],
    ["b.2", 8, 4, 30],
    ["c", 8, 4, 0],
  ];
  const { together, costs, roots } = shown(network("one", layers), network("other", layers));
  together.folds = [{ name: "b × 2", modules: ["b.1", "b.2"] }];
  const count = { count: "multiplies", title: "multiplies" };
  const bars = barsBeside(together, roots, { costs }, costs, count);
  assert.deepEqual(
    bars.map(({ row, network: name, count: bar }) => [row, name, bar]),
    [
      ["b × 2", "one", 60],
      ["b × 2", "other", 60],
    ],
  );
  const records = new Map(together.networks[1].built.layers);
  records.set("b.2", { ...records.get("b.2"), multiplies: 7n });
  const changed = asWritten({
    networks: [
      together.networks[0],
      { ...together.networks[1], built: { layers: records, inputs: new Map() } },
    ],
  });
  const apart = barsBeside(together, matched(together.networks, changed), { costs: changed }, costs, count);
  assert.deepEqual(
    apart.map(({ row, count: bar, was, moved }) => [row, bar, was, moved]),
    [
      ["b.1", 30, 30, false],
      ["b.1", 30, 30, false],
      ["b.2", 30, 30, false],
      ["b.2", 7, 30, true],
    ],
  );
});

test("where one network does not fit, all numbers are the original's", () => {
  const controls = [{ name: "H", label: "height", kind: "side", low: 1, start: 8, high: 9, modules: [], divisor: 1 }];
  const networks = [network("one", ONE), network("other", OTHER)].map((one) => ({
    ...one,
    live: { naive: false, alone: false, controls },
  }));
  const lives = [
    { built: () => ({ layers: new Map(), inputs: new Map() }) },
    { built: () => ({ error: "A/5x5/1 does not fit these sizes" }) },
  ];
  const together = togetherOf({ networks, folds: [], kernels: [] }, lives);
  const original = asWritten(together);
  const found = pricedTogether(together, { values: { H: 9n }, naive: false }, original);
  assert.equal(found.costs, original);
  assert.equal(found.error, "other: A/5x5/1 does not fit these sizes");
});
