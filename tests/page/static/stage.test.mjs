// Where the stage looks, how large its letters are, and the names of its files.

import assert from "node:assert/strict";
import { test } from "node:test";

const load = (name) => import(`${process.env.STATIC}/${name}.js`);
const { bounded, fitting, overview, panned, seenOf, seesAll, showing, zoomed } = await load("drawing/camera");
const { alongOf, fitted, roughly, shrunk } = await load("drawing/fitting");
const { fileName, plainColour } = await load("files");

const size = { width: 1000, height: 500 };
const room = { width: 500, height: 500 };

test("all is seen in the middle, and never larger than it is", () => {
  const camera = overview(size, room);
  assert.deepEqual(camera, { x: 0, y: -250, zoom: 0.5 });
  assert.ok(seesAll(camera, size, room));
  assert.equal(fitting({ width: 100, height: 50 }, room), 1);
});

test("what would be too small to read begins at its top", () => {
  const camera = overview({ width: 400, height: 5000 }, room, 0.8);
  assert.equal(camera.zoom, 0.8);
  assert.equal(camera.y, 0);
});

test("a zoom keeps the point that it is over, within bounds", () => {
  const camera = { x: 100, y: 50, zoom: 2 };
  const at = { x: 200, y: 100 };
  const near = zoomed(camera, 1.3, at, size, room);
  assert.ok(Math.abs(near.x + at.x / near.zoom - (camera.x + at.x / camera.zoom)) < 1e-9);
  assert.equal(zoomed(camera, 100, at, size, room).zoom, 3);
  assert.deepEqual(zoomed(camera, 0.001, at, size, room), overview(size, room));
});

test("a pan stops at the edges", () => {
  const camera = { x: 0, y: 0, zoom: 2 };
  assert.equal(panned(camera, 100, 0, size, room).x, 50);
  assert.equal(panned(camera, -100, 0, size, room).x, 0);
  assert.equal(panned(camera, 9e9, 9e9, size, room).x, 750);
  assert.deepEqual(bounded({ x: -9, y: 9e9, zoom: 2 }, size, room), { x: 0, y: 250, zoom: 2 });
});

test("what is shown is seen, and what is seen does not move", () => {
  const camera = { x: 0, y: 0, zoom: 2 };
  const seen = (place) => seenOf(showing(camera, place, size, room), room);
  assert.deepEqual(seen({ x: 60, y: 60, width: 50, height: 50 }), seenOf(camera, room));
  const { x, y, width } = seen({ x: 800, y: 300, width: 50, height: 50 });
  assert.ok(x <= 800 && x + width >= 850 && y <= 300);
  assert.equal(seen({ x: 400, y: 0, width: 500, height: 50 }).x, 376); // of a long one the start
});

test("boxes are as wide as their numbers, of long names no wider than usual", () => {
  const card = (name, lines, bar = false) => ({ name, lines, box: { width: 136, bar } });
  const along = (...cards) => alongOf([{ cards, drawing: { panels: [] } }], roughly);
  assert.equal(along(card("1×1", ["1"])), 0.62);
  assert.equal(along(card("a".repeat(99), [])), 0.85);
  const number = "1,234,567,890,123";
  assert.equal(along(card("1×1", [number])), (roughly(number, 12.5) + 9) / 136);
});

test("a text that is too long is smaller, then cut in the middle; its tail stays", () => {
  const fit = (text, room, tail) => fitted(text, 10, room, false, roughly, tail);
  assert.deepEqual(fit("abc", 20), { text: "abc", size: 10 });
  assert.equal(fit("abcdefgh", 40).text, "abcdefgh");
  assert.ok(fit("abcdefgh", 40).size < 10);
  assert.deepEqual(fit("a".repeat(50) + "z", 42, " × 4"), { text: "aaa…az × 4", size: 7 });
  assert.ok(fit("a".repeat(5000), 42).text.length < 12);
});

test("a file has a name that every system takes", () => {
  assert.equal(fileName(["googlenet", "3a"], "svg"), "googlenet-3a.svg");
  assert.equal(fileName(["28x28x192 > conv 5x5 32"], "png"), "28x28x192-conv-5x5-32.png");
  assert.equal(fileName(["../../é<b>×"], "csv"), "e-b-x.csv");
  assert.equal(fileName(["…"], "svg"), "network.svg");
  assert.ok(fileName(["a".repeat(999)], "svg").length < 99);
});

test("a colour is one that every program can read", () => {
  assert.equal(plainColour("color(srgb 1 0.5 0)"), "#ff8000");
  assert.equal(plainColour("rgb(28, 27, 25)"), "#1c1b19");
  assert.equal(plainColour("none"), "none");
});

test("a number is as small as it must be, and never cut", () => {
  const text = "41,505,174,168,696,959,608";
  const { text: said, size: letters } = shrunk(text, 12.5, 60, roughly);
  assert.equal(said, text);
  assert.ok(Math.abs(roughly(text, letters, false) - 60) < 1e-9);
  assert.deepEqual(shrunk("12", 12.5, 60, roughly), { text: "12", size: 12.5 });
});
