// The columns of the table: which there are, chosen, added, and brought in order.

import assert from "node:assert/strict";
import { test } from "node:test";

const from = (name) => import(`${process.env.STATIC}/${name}.js`);
const { columnsOf, countFirst, namesIn, openingNames, toggled, usualNames, withChanges } =
  await from("table/columns");

const network = (measure = "multiplies", columns = [], bypasses = true) => ({
  ...{ measure, unit: measure, scale: 2n, columns, bypasses },
  counts: ["multiplies", "params", "weights", "activations"].map((name) => ({ name, title: name })),
});
const USUAL = [
  ...["layers", "output", "multiplies", "share_percent"],
  ...["params", "naive_multiplies", "saved"],
];

test("the usual columns come first, then each count that is not among them", () => {
  const columns = columnsOf(network());
  assert.deepEqual(columns.map(({ name }) => name), [...USUAL, "weights", "activations"]);
  assert.deepEqual(usualNames(columns), USUAL);
  const flops = columnsOf(network("flops")).map(({ name }) => name);
  assert.deepEqual([flops[2], flops[5], flops[7]], ["flops", "naive_flops", "multiplies"]);
});

test("where no layer is bypassed there is no naive column", () => {
  const columns = columnsOf(network("multiplies", [], false));
  assert.deepEqual(usualNames(columns), USUAL.slice(0, -2));
  assert.deepEqual(columns.map(({ name }) => name).slice(5), ["weights", "activations"]);
  const own = network("multiplies", [], false);
  assert.deepEqual(namesIn(own, "saved,weights"), { known: ["weights"], unknown: ["saved"] });
});

test("a page opens with the usual columns, or with the counts that were asked for", () => {
  const opening = (own) => openingNames(own, columnsOf(own));
  assert.deepEqual(opening(network()), USUAL);
  const asked = ["activations", "weights"];
  assert.deepEqual(opening(network("multiplies", asked)), ["layers", "output", ...asked]);
});

test("a column that comes back stands where it stood", () => {
  const columns = columnsOf(network());
  for (const name of USUAL) {
    const without = toggled(columns, USUAL, name);
    assert.ok(!without.includes(name) && without.length === USUAL.length - 1);
    assert.deepEqual(toggled(columns, without, name), USUAL);
  }
  assert.deepEqual(toggled(columns, USUAL, "weights"), [...USUAL, "weights"]);
  assert.deepEqual(toggled(columns, ["saved"], "saved"), []);
});

test("where there is little room the first count is seen first", () => {
  const columns = columnsOf(network());
  const found = countFirst(columns, USUAL);
  assert.deepEqual(found.slice(0, 3), ["multiplies", "layers", "output"]);
  assert.deepEqual([...found].sort(), [...USUAL].sort());
  assert.deepEqual(countFirst(columns, ["layers", "saved"]), ["layers", "saved"]);
});

test("after each count but the naive one stands its change", () => {
  const names = withChanges(columnsOf(network()), USUAL).map(({ name }) => name);
  const changes = names.filter((name) => name.endsWith("_change"));
  assert.deepEqual(changes, ["multiplies_change", "params_change"]);
  assert.equal(names[names.indexOf("params_change") - 1], "params");
});

test("names in a text are known once each, or not known", () => {
  const { known, unknown } = namesIn(network(), "saved,weights,saved,norm,,constructor");
  assert.deepEqual([known, unknown], [["saved", "weights"], ["norm", "constructor"]]);
});

test("a count is of the layers, in the unit, and the naive one without the reductions", () => {
  const reading = (count) => ({ sum: (layers, name) => BigInt(layers.length * count + name.length) });
  const shown = { costs: reading(100), naive: reading(1000) };
  const named = new Map(columnsOf(network("flops")).map((column) => [column.name, column]));
  const of = (name) => named.get(name).of(shown, [1, 2, 3]);
  assert.deepEqual(
    ["flops", "naive_flops", "multiplies", "params"].map(of),
    [2n * 310n, 2n * 3010n, 310n, 306n],
  );
});
