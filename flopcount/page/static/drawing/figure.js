// Figure 1: a module, beside itself without its reductions where there is room, or the whole network.

import { byId, element } from "../dom.js";
import { grouped } from "../numbers.js";
import { isChanged, isOriginal } from "../whatif/settings.js";
import { saveDrawing } from "./download.js";
import { rulerOf } from "./ruler.js";
import { accented, branchText, fewer, measuresOf, scenesOf } from "./sides.js";
import { buildStage } from "./stage.js";
import { viewOf, widthAbreast } from "./view.js";

const ABREAST = 700; // px of the stage, from which on two sides stand on it
const READABLE = 0.72; // of full size, letters that can be read
let stage = null;
let look = null; // what all views are drawn with
let last = null; // what was drawn

// `choose` is called with a layer whose box was clicked.
export function buildDrawing(network, original, choose) {
  stage = buildStage(byId("drawing"), { onChoose: ([layer]) => choose(layer) });
  look = { network, original, measure: rulerOf(stage.canvas) };
  new ResizeObserver(() => last && isBeside(last) !== last.beside && draw(last)).observe(
    byId("drawing"),
  );
  const savers = ["svg", "png"].map((ending) => {
    const textContent = ending.toUpperCase();
    const button = element("button", { type: "button", id: `save-${ending}`, textContent });
    button.setAttribute("aria-label", `Save the drawing as ${textContent}`);
    button.addEventListener("click", () => saveDrawing(stage, namesOf(last), ending));
    return button;
  });
  stage.tools.append(element("span", { className: "save" }, "Save as ", ...savers));
}

// Mark the boxes of some layers; and bring them into view.
export const mark = (layers) => stage.highlight(layers);
export const reveal = (layers) => stage.reveal(layers);

const drawingOf = (module) => (module ? module.drawing : look.network.whole);
const titleOf = (module) => (module ? `Module ${module.name}` : "The whole network");

// The name of a file and the title in it; of what was changed, how to get it.
function namesOf({ module, note }) {
  const { name, modules, title } = look.network;
  const part = module && modules.length > 1 ? [module.name] : [];
  return { file: [name, ...part], title: [note ? name : title, ...part].join(", "), note };
}

// Whether a module has two sides on the stage: they can be read beside each other.
function isBeside({ module, naive }) {
  const width = stage.width();
  if (!module?.drawing || !naive || width < ABREAST) return false;
  return READABLE * widthAbreast(module.drawing, look) <= width;
}

// Draw what the state says, by what is shown; in the naive reading there is one side alone.
export function updateDrawing(network, state, shown) {
  const { live, controls } = network;
  const changed = new Set(
    controls.filter((one) => isChanged(one, state)).flatMap(({ layers }) => layers),
  );
  const isNew = !isOriginal(network, state) && !shown.error;
  draw({
    module: state.whole ? null : state.module,
    costs: shown.costs,
    naive: state.naive ? null : shown.naive,
    isChanged: ({ path }) => changed.has(path),
    note: isNew ? live.command(state.values, state.naive) : "",
  });
}

function draw(shown) {
  last = shown;
  const { network } = look;
  const { module, costs, naive } = shown;
  const drawing = drawingOf(module);
  last.beside = isBeside(last);
  if (!drawing) {
    stage.clear(`${titleOf(module)} has too many layers to be drawn; Table 1 lists them.`);
    byId("drawn").textContent = titleOf(module);
    return;
  }
  const scenes = scenesOf(network, drawing, { costs, naive });
  const drawn = last.beside ? scenes : scenesOf(network, drawing, { costs, naive: null });
  const view = viewOf(drawing, drawn, { ...look, isChanged: shown.isChanged });
  const title = `${titleOf(module)}: a box for each layer`;
  stage.draw(view, { title, of: drawing, readable: module ? READABLE : 0 });
  byId("drawn").textContent = captionOf(module, drawn, scenes);
}

// What is drawn, and in words how both sides compare, whether or not both are.
function captionOf(module, drawn, scenes) {
  const { most } = measuresOf(drawn);
  const of = drawn.length > 1 ? "the costlier side" : module ? "the module" : "the network";
  return [
    `${titleOf(module)}.`,
    ...(scenes.length > 1 ? comparisonOf(scenes) : []),
    `In each box: the layer, its output, ${look.network.unit}; it is filled by its share of ${of}.`,
    `A band is as wide as the activations that it carries, at most ${grouped(most)} here.`,
  ].join(" ");
}

function comparisonOf(scenes) {
  const { unit } = look.network;
  const [before, after] = scenes.map(({ total }) => total);
  const [first, second] = scenes.map(({ name }) => name);
  const accent = accented(look.network, scenes);
  return [
    `${grouped(before)} ${unit} (${first}) → ${grouped(after)} (${second}): ${fewer(before, after)}.`,
    ...(accent ? [`${branchText(accent, unit)}.`] : []),
  ];
}
