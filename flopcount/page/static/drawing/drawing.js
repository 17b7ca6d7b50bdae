// A scene as SVG: grounds of modules, bands, boxes with what they say; a unit is `along` px wide.

import { svg } from "../dom.js";
import { grouped } from "../numbers.js";
import { bandWidth, pathOf } from "./bands.js";
import { shareOf } from "./boxes.js";
import { barText, broken, fitted, LETTERS, NAMES, shrunk } from "./fitting.js";

// px from a box's top to the middle of its lines; a long name has two
const PLACES = [
  [16, 33, 50],
  [11, 23, 37, 51],
];
const ROUND = 4; // of corners
const PAD = 8; // px of a box's width that its texts leave free
const MODULE = 26; // px from a panel's top to the middle of its name
const ABOVE = 3; // px from a name to the panel below it
const INSET = 6; // px of a ground from its panel's edge

// `look` is the same for all scenes of a view: { network, along, most, whole, measure, isChanged,
// branch }. What comes back has the group, and of each box its element and its place.
export function drawnScene(scene, look) {
  const panels = scene.drawing.panels.map((panel) => groundOf(panel, look));
  const accent = accentOf(scene, look);
  const bands = scene.bands.map((band) => bandOf(band, look));
  const names = panels.map(({ label }) => label.element); // where a band is in their way, on it
  const boxes = scene.cards.map((card) => boxOf(card, scene, look));
  const group = svg(
    "g",
    {},
    svg("g", { "aria-hidden": true }, ...panels.map(({ element }) => element), ...accent, ...bands, ...names),
    ...boxes.map(({ element }) => element),
  );
  return { group, boxes, panels };
}

function textOf(x, y, { text, size }, name, attributes = {}) {
  // letters stand on a line that is a third of their size below their middle
  const place = { x: short(x), y: short(y + 0.35 * size), "font-size": short(size) };
  return svg("text", { ...place, class: name, ...attributes }, text);
}

const short = (length) => Math.round(100 * length) / 100;

const placeOf = ({ x, y, width, height }, along) => ({
  x: short((x - width / 2) * along),
  y: short(y),
  width: short(width * along),
  height: short(height),
});

function groundOf(panel, { along, measure }) {
  const { modules, name } = panel;
  const tail = modules.length > 1 ? name.slice(name.lastIndexOf(" × ")) : "";
  const block = tail ? name.slice(0, -tail.length) : name;
  const isAbove = // a box is left of it, in the way of its name
    panel.room < NAMES && measure(name, LETTERS.module, true) > panel.room * along;
  const room = (isAbove ? panel.width : panel.room) * along;
  const shown = fitted(block, LETTERS.module, room, true, measure, tail);
  const place = placeOf({ ...panel, x: panel.x + panel.width / 2 }, along);
  const inner = {
    x: short(place.x + INSET * along),
    y: place.y + INSET,
    width: short(place.width - 2 * INSET * along),
    height: place.height - 2 * INSET,
  };
  const rectangle = svg("rect", { ...inner, rx: ROUND, class: "ground" });
  const label = isAbove
    ? textOf(inner.x, place.y - ABOVE, shown, "module above", { "text-anchor": "start" })
    : textOf(place.x, place.y + MODULE, shown, "module", { "text-anchor": "end" });
  const most = (shown.size * room) / Math.max(1, measure(shown.text, shown.size, true));
  const seen = Math.max(shown.size, Math.min(2 * shown.size, most)); // from afar
  const grown = isAbove ? shown.size : seen;
  const grows = { element: label, size: shown.size, most: grown };
  return { element: rectangle, place: inner, label: grows };
}

// The ground of the branch that the view is about.
function accentOf({ drawing }, { network, branch, along }) {
  const isPart = ({ layers }) => layers.some((index) => branch?.has(network.layers[index]));
  const boxes = drawing.boxes.filter(isPart);
  if (!boxes.length) return [];
  const reach = (far, sign, by) => sign * Math.max(...boxes.map((box) => sign * by(box))) + sign * far;
  const left = reach(9, -1, ({ x, width }) => x - width / 2) * along;
  const right = reach(9, 1, ({ x, width }) => x + width / 2) * along;
  const top = reach(30, -1, ({ y }) => y);
  const bottom = reach(30, 1, ({ y, height }) => y + height);
  const place = { x: short(left), y: top, width: short(right - left), height: bottom - top };
  return [svg("rect", { ...place, rx: ROUND, class: "accent" })];
}

function bandOf({ way, shape, activations }, { along, most }) {
  const width = short(bandWidth(activations, most) * along);
  const title = svg("title", {}, `${shape.join("×")} = ${grouped(activations)} activations`);
  return svg("path", { d: pathOf(way, along), class: "band", "stroke-width": width }, title);
}

function boxOf(card, scene, look) {
  const place = placeOf(card.box, look.along);
  const parts = card.box.bar || card.kernel === null ? barParts : boxParts;
  const element = svg("g", { class: "box" }, ...parts(card, place, look));
  if (card.layers.length) {
    const words = wordsOf(card, scene, look);
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "-1");
    element.setAttribute("aria-label", words.join(", "));
    element.prepend(svg("title", {}, words.join("\n")));
    if (card.layers.some(look.isChanged)) element.classList.add("changed");
  }
  return { element, at: card.at, layers: card.layers, kernel: card.box.bar ? null : card.kernel, place };
}

// What is said of a box: which layers, what they are, and their share.
function wordsOf({ layers, name, lines, count }, scene, { network, whole }) {
  const [first, last] = [layers[0], layers.at(-1)];
  const paths = first === last ? first.path : `${first.path} … ${last.path}`;
  const [shape, said] = lines;
  const percent = (100 * shareOf(count, whole)).toFixed(1);
  return [
    scene.name === "as built" ? paths : `${paths} (${scene.name})`,
    first.role ? `${name}, a 1×1 to ${first.role}` : name,
    `output ${shape}`,
    ...(said ? [`${said} ${network.unit}, ${percent} %`] : []),
  ];
}

function barParts(card, place, { measure }) {
  const text = fitted(barText(card), LETTERS.bar, place.width - PAD, false, measure);
  const middle = place.y + place.height / 2;
  return [
    svg("rect", { ...place, rx: ROUND, class: "joint" }),
    textOf(place.x + place.width / 2, middle, text, ""),
  ];
}

function boxParts({ name, lines, kernel, count }, place, { measure, whole }) {
  const middle = place.x + place.width / 2;
  const room = place.width - PAD;
  const filled = short(place.width * shareOf(count, whole));
  const names = broken(name, LETTERS.name, room, measure);
  const places = PLACES[names.length - 1].map((at) => place.y + at);
  const texts = lines.map((line, at) =>
    textOf(middle, places[names.length + at], shrunk(line, LETTERS.line, room, measure), ""),
  );
  const colour = `var(--k${kernel})`;
  const edge = `color-mix(in srgb, ${colour} 75%, var(--ink))`; // a light one is seen on paper
  return [
    svg("rect", { ...place, rx: ROUND, class: "face" }),
    ...(filled ? [svg("rect", { ...place, width: filled, rx: ROUND, class: "tint", fill: colour })] : []),
    svg("rect", { ...place, rx: ROUND, class: "frame", stroke: edge }),
    ...names.map((text, at) => textOf(middle, places[at], text, "name")),
    ...texts,
  ];
}
