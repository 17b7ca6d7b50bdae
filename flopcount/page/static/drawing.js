// Figure 1: a module as the papers draw it; where boxes and links stand is in the data.

import { byId, svg } from "./dom.js";
import { colourOf } from "./kernels.js";
import { grouped, shapeText, shorten, sizeOf, sum } from "./numbers.js";
import {
  carriedShape,
  controls,
  data,
  fullText,
  inputShape,
  isChanged,
  layers,
  layerText,
  scale,
  state,
} from "./state.js";

const WIDEST = 26; // of a link
const LETTER = 6.8; // of a branch's name

export function drawModule(shown) {
  const module = state.module;
  const drawing = module.drawing;
  if (!drawing) {
    byId("drawing").replaceChildren("A module of so many layers is not drawn; Table 1 lists them.");
    byId("drawn").textContent = module.name;
    return;
  }
  const shapes = drawing.links.map((link) => carriedShape(link, shown));
  const most = shapes.map(sizeOf).reduce((a, b) => (b > a ? b : a), 1n);
  const multiplies = sum(module.layers.map((layer) => shown.counts[layer.index]?.multiplies ?? 0n));
  const boxes = new Map(drawing.boxes.map((box) => [box.layer, box]));
  const links = drawing.links.map((link, index) => linkOf(link, shapes[index], most));
  const drawn = drawing.boxes.map((box) =>
    box.layer ? layerBox(box, shown, multiplies) : inputBox(box, module.inputs, shown),
  );
  const branches = branchNames(module, boxes);
  const words = described(module, shown);
  const width = drawing.width - branches.left + 4;
  const root = svg(
    "svg",
    {
      viewBox: `${branches.left - 2} -2 ${width} ${drawing.height + 4}`,
      width,
      role: "img",
      "aria-labelledby": "drawing-title drawing-about",
    },
    svg("title", { id: "drawing-title" }, words.title),
    svg("desc", { id: "drawing-about" }, words.about),
    ...links,
    ...drawn,
    ...branches.texts,
  );
  root.style.minWidth = `${0.75 * drawing.width}px`; // smaller could not be read: it scrolls then
  byId("drawing").replaceChildren(root);
  byId("drawn").textContent =
    `${words.title}, from top to bottom. In each box: kernel and width, output, ${data.unit}; the colour is ` +
    `the kernel's, as in Figures 2 and 3; the tint is the layer's share of the module's. ` +
    `A link's width is proportional to the activations that it carries, at most ${grouped(most)} here.`;
}

function described(module, shown) {
  const branches = new Map();
  for (const layer of module.layers) {
    const branch = layer.branch ?? "outside the branches";
    const text = layerText(layer, shown.counts[layer.index]);
    branches.set(branch, [...(branches.get(branch) ?? []), text]);
  }
  const texts = [...branches].map(([branch, layers]) => `${branch}: ${layers.join(", ")}`);
  const about = `${texts.join("; ")}. Table 1 has the numbers.`;
  return { title: `Module ${module.name}`, about };
}

// Along its way: straight down, or in a curve from one x to another.
function linkOf({ way }, shape, most) {
  const path = way.map(([x, y], at) => {
    if (!at) return `M ${x} ${y}`;
    const [fromX, fromY] = way[at - 1];
    const middle = (fromY + y) / 2;
    return x === fromX ? `L ${x} ${y}` : `C ${fromX} ${middle} ${x} ${middle} ${x} ${y}`;
  });
  const activations = sizeOf(shape);
  const width =
    activations === null ? 1 : Math.max(1, (WIDEST * Number(activations)) / Number(most));
  const link = svg("path", { d: path.join(" "), class: "link", "stroke-width": width.toFixed(2) });
  if (activations !== null)
    link.append(svg("title", {}, `${shapeText(shape)} = ${grouped(activations)} activations`));
  return link;
}

const frameOf = ({ x, y, width, height }) => ({ x: x - width / 2, y, width, height, rx: 3 });

const label = ({ x, y }, text, down, name) => svg("text", { x, y: y + down, class: name }, text);

// What enters the module.
function inputBox(box, inputs, shown) {
  const shapes = inputs.map((input) => inputShape(input, shown));
  const text = shapes.map((shape) => (shape ? `input ${shapeText(shape)}` : "input")).join(", ");
  const about = inputs.map((input) => input.path).join(", ");
  return svg(
    "g",
    {},
    svg("title", {}, `what enters: ${about}`),
    svg("rect", { ...frameOf(box), class: "box" }),
    label(box, shorten(text, Math.floor(box.width / 7)), 18, "soft"),
  );
}

function layerBox(box, shown, moduleMultiplies) {
  const { layer } = box;
  const frame = frameOf(box);
  const counts = shown.counts[layer.index];
  const name = counts ? layerText(layer, counts) : layer.text.replace("{width}", "");
  const shape = counts ? shapeText(counts.output) : "bypassed";
  const count = counts ? grouped(counts.multiplies * scale) : "";
  const share =
    counts && moduleMultiplies
      ? Number((10000n * counts.multiplies) / moduleMultiplies) / 10000
      : 0;
  const colour = colourOf(layer.kernel);
  const about = [
    layer.path,
    layer.role ? `1×1 to ${layer.role}` : "",
    shape,
    counts
      ? `${count} ${data.unit}, ${grouped(counts.params)} parameters, ${(100 * share).toFixed(1)} % of the module`
      : "",
  ];
  const fits = (text) => shorten(text, Math.floor(box.width / 7.4));
  const texts = box.bar
    ? [label(box, fits(`${name}  ${shape}`), 18, "")]
    : [
        label(box, fits(counts ? fullText(layer, counts) : name), 19, "name"),
        label(box, fits(shape), 36, ""),
        label(box, counts?.multiplies ? count : "", 52, ""),
      ];
  const changed = controls.some(
    (control) => isChanged(control) && control.layers.includes(layer.path),
  );
  return svg(
    "g",
    { class: `${counts ? "" : "bypassed"} ${changed ? "changed" : ""}` },
    svg("title", {}, about.filter(Boolean).join("\n")),
    svg("rect", { ...frame, class: "box" }),
    svg("rect", { ...frame, width: box.width * share, class: "tint", fill: colour }),
    svg("rect", { ...frame, class: "frame", stroke: box.bar ? "none" : colour }),
    ...texts,
  );
}

// A branch's name stands beside the first link of the branch, at its left: over the box or, where
// it is longer, further out. And how far they reach: where the drawing begins.
function branchNames(module, boxes) {
  const named = new Set();
  const texts = [];
  let left = 0;
  for (const layer of module.layers) {
    if (layer.branch === null || named.has(layer.branch)) continue;
    named.add(layer.branch);
    const { x, y, width } = boxes.get(layer);
    const name = shorten(layer.branch, 20);
    const start = Math.min(x - width / 2, x - WIDEST / 2 - 5 - LETTER * name.length);
    left = Math.min(left, start);
    texts.push(svg("text", { x: start, y: y - 7, class: "branch" }, name));
  }
  return { texts, left };
}
