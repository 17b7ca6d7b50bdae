// The stage: a view with zoom, pan and a minimap; its boxes are walked with the keys and chosen.

import { element, svg } from "../dom.js";
import { bounded, overview, panned, seenOf, seesAll, showing, zoomed } from "./camera.js";
import { listenToHands } from "./gestures.js";
import { buildMinimap } from "./minimap.js";

const STEP = 1.3; // of the zoom, for a button or a key
const HIGHEST = 0.56; // of the window's height: with what stands above it, it is seen whole
const LOWEST = 240; // px
const [READABLE_PART, ALL, NOTHING] = ["readable part", "all", "nothing"];
const HINT = "Ctrl + wheel zooms, dragging moves, arrow keys go from box to box.";
const LEGIBLE = 11; // px on the screen of a module's name, where there is room for it

// `onChoose` is told the layers of a box that was clicked, or on which Enter was pressed.
export function buildStage(host, { onChoose }) {
  const canvas = svg("svg", { class: "canvas", role: "group", "aria-describedby": "stage-hint" });
  const minimap = buildMinimap(({ x, y }) => {
    const seen = seenOf(camera, room);
    look(bounded({ ...camera, x: x - seen.width / 2, y: y - seen.height / 2 }, view, room));
  });
  let view = null; // what is drawn, see viewOf
  let key = null; // which drawing it is of
  let least = 0; // the zoom at which it can be read
  let camera = null;
  let follows = READABLE_PART; // what the camera shows, until it is zoomed or panned
  let at = 0; // the box that the keys are on
  let chosen = new Set();

  let room = { width: 1, height: 1 }; // of the canvas, in px of the screen

  function measureRoom() {
    const { width, height } = canvas.getBoundingClientRect();
    if (width) room = { width, height };
  }

  function look(next) {
    camera = next;
    const seen = seenOf(camera, room);
    const all = seesAll(camera, view, room);
    canvas.setAttribute("viewBox", Object.values(seen).map((part) => part.toFixed(2)).join(" "));
    canvas.classList.toggle("all", all);
    for (const { element: label, size, most } of view.labels)
      label.setAttribute("font-size", Math.max(size, Math.min(LEGIBLE / camera.zoom, most)).toFixed(2));
    minimap.update(seen, room, all);
    smaller.disabled = fit.disabled = all;
    larger.disabled = zoomed(camera, STEP, { x: 0, y: 0 }, view, room).zoom <= camera.zoom;
  }

  const middle = () => ({ x: room.width / 2, y: room.height / 2 });
  function zoom(factor, point = middle()) {
    follows = NOTHING;
    look(zoomed(camera, factor, point, view, room));
  }
  function pan(right, down) {
    follows = NOTHING;
    look(panned(camera, right, down, view, room));
  }
  function showAll() {
    follows = ALL;
    look(overview(view, room));
  }

  const button = (textContent, title, listener) => {
    const made = element("button", { type: "button", textContent, title });
    made.setAttribute("aria-label", title);
    made.addEventListener("click", listener);
    return made;
  };
  const smaller = button("−", "Zoom out", () => zoom(1 / STEP));
  const fit = button("fit", "Show all of the drawing", showAll);
  const larger = button("+", "Zoom in", () => zoom(STEP));
  const hint = element("span", { id: "stage-hint", className: "hint", textContent: HINT });
  const tools = element("div", { className: "tools" }, smaller, fit, larger, hint);
  const scene = element("div", { className: "scene" }, canvas, minimap.root);
  const stage = element("div", { className: "stage" }, scene, tools);
  const empty = element("p", { className: "note" });
  host.replaceChildren(stage, empty);
  listenToHands(canvas, { pan, zoom });

  const layered = () => view?.boxes.filter(({ layers }) => layers.length) ?? [];
  function walkTo(number, isFocused = true) {
    const boxes = layered();
    if (!boxes.length) return;
    boxes[at]?.element.setAttribute("tabindex", "-1");
    at = Math.max(0, Math.min(boxes.length - 1, number));
    boxes[at].element.setAttribute("tabindex", "0");
    if (isFocused) boxes[at].element.focus({ preventScroll: true });
  }

  const keys = {
    ArrowRight: () => walkTo(at + 1),
    ArrowDown: () => walkTo(at + 1),
    ArrowLeft: () => walkTo(at - 1),
    ArrowUp: () => walkTo(at - 1),
    Home: () => walkTo(0),
    End: () => walkTo(Infinity),
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    0: showAll,
    Enter: () => onChoose(layered()[at].layers),
    " ": () => onChoose(layered()[at].layers),
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  const boxAt = ({ target }) => {
    const found = target.closest("[role=button]");
    return layered().findIndex((box) => box.element === found);
  };
  canvas.addEventListener("click", (event) => {
    const number = boxAt(event);
    if (number >= 0) onChoose(layered()[number].layers);
  });
  // not on the canvas: a browser takes an SVG that hears of focus for something to go to
  scene.addEventListener("focusin", (event) => {
    const number = boxAt(event);
    if (number < 0) return;
    walkTo(number, false);
    if (!event.target.matches(":focus-visible")) return;
    follows = NOTHING;
    look(showing(camera, layered()[number].place, view, room));
    event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // As high as the view at the stage's width, within bounds; the camera stays where it was set.
  function arrange() {
    if (!view) return;
    const high = Math.max(least, Math.min(1, room.width / view.width)) * view.height;
    const most = Math.max(LOWEST, HIGHEST * innerHeight);
    room.height = Math.round(Math.max(LOWEST, Math.min(high, most)));
    canvas.style.height = `${room.height}px`;
    if (follows === NOTHING) look(bounded(camera, view, room));
    else look(overview(view, room, follows === ALL ? 0 : least));
  }
  new ResizeObserver(() => {
    measureRoom();
    arrange();
  }).observe(host);
  let onScreen = null; // the camera, while all is printed
  addEventListener("beforeprint", () => {
    if (!view) return;
    onScreen = camera;
    look(overview(view, room));
  });
  addEventListener("afterprint", () => {
    if (!view || !onScreen) return;
    camera = onScreen;
    measureRoom();
    arrange();
  });

  // Draw a view; the camera stays unless it is of another drawing. At `readable` it can be read.
  function draw(next, { title, of, readable = 0 }) {
    const isFocused = canvas.contains(document.activeElement);
    view = next;
    stage.hidden = false;
    empty.textContent = "";
    least = readable;
    if (key !== of) [key, at, follows] = [of, 0, READABLE_PART];
    canvas.setAttribute("aria-label", title);
    canvas.replaceChildren(...view.elements);
    minimap.draw(view);
    walkTo(at, isFocused);
    highlight(chosen);
    arrange();
  }

  // Draw nothing, but say why.
  function clear(why) {
    [view, key] = [null, null];
    stage.hidden = true;
    empty.textContent = why;
  }

  // Mark the boxes of some layers.
  function highlight(layers) {
    chosen = new Set(layers);
    for (const box of layered())
      box.element.classList.toggle("chosen", box.layers.some((layer) => chosen.has(layer)));
  }

  // Mark them, and bring the first into view.
  function reveal(layers) {
    highlight(layers);
    const box = layered().findLast((one) => one.layers.some((layer) => chosen.has(layer)));
    if (box) look(showing(camera, box.place, view, room));
  }

  measureRoom();
  return { canvas, tools, draw, clear, highlight, reveal, width: () => room.width, view: () => view };
}
